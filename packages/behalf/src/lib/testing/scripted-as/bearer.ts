import type { SentAnswer } from "./answer.ts";
import type { AsRequest } from "./as-request.ts";
import type { Claims } from "./claims.ts";
import type { KnownTokens } from "./known-tokens.ts";

/** The refusal of a request that a token should authorize: the error stands in the challenge (RFC 6750 section 3). */
export class BearerError extends Error {
  override readonly name = "BearerError";

  toAnswer(): SentAnswer {
    const challenge = this.message === "" ? "Bearer" : `Bearer error="${this.message}"`;
    return { kind: "send", status: 401, headers: { "www-authenticate": challenge }, body: "" };
  }
}

/** The claims of the token that authorizes a request. A token that is bound to a key is none to a mere bearer. */
export async function readBearer({ headers }: AsRequest, tokens: KnownTokens): Promise<Claims> {
  const [scheme, token] = headers.authorization?.split(" ") ?? [];
  if (scheme !== "Bearer" || token === undefined) throw new BearerError();
  const claims = await tokens.find(token);
  if (!claims || claims.cnf !== undefined) throw new BearerError("invalid_token");
  return claims;
}
