import { processGenericTokenEndpointResponse, type RecognizedTokenTypes } from "oauth4webapi";
import { ActorToken } from "../values/actor-token.ts";
import { MultiStringValue } from "../values/multi-string-value.ts";
import { Secret } from "../values/secret.ts";
import { isJson, type ServerAnswer } from "./server-answer.ts";
import type { IssuedToken, TokenRequest } from "./token-request.ts";
import { isWithoutAccess } from "./token-types.ts";
import { tolerate } from "./tolerate.ts";
import { unusableAnswer } from "./unusable-answer.ts";

type Members = Readonly<Record<string, unknown>>;
type TokenType = IssuedToken["tokenType"];

/** An answer as the protocol wants it, and what it was tolerated for. */
interface Normalized {
  readonly members: Members;
  readonly tolerated: readonly string[];
}

const number = /^\d+(\.\d+)?$/;
const refreshTokenText = /^[\x20-\x7e]+$/;

/** What else servers write for a type, in small letters. For `N_A` it is `issued_token_type` that tells what was given. */
const synonyms: Readonly<Record<TokenType, readonly unknown[]>> = {
  Bearer: ["bearertoken"],
  DPoP: [],
  N_A: ["bearer", "dpop"],
};

/** What the library would check an ID token against; there is none, for it is left out. */
const nobody = { server: { issuer: "-" }, client: { client_id: "-" } } as const;

/** What the library knows beside `bearer` and `dpop`. Without a prototype, for it looks up in it whatever a server says. */
const recognizedTokenTypes: RecognizedTokenTypes = Object.assign(Object.create(null), { n_a: () => {} });

/** The type that the request makes right: a token bound to a key if it has a proof, and no token at all in some exchanges. */
function toExpectedType({ grantType, requestedTokenType, dpop }: TokenRequest): TokenType {
  if (grantType === "tokenExchange" && isWithoutAccess(requestedTokenType)) return "N_A";
  return dpop ? "DPoP" : "Bearer";
}

/** What is neither a number nor the text of one becomes `null`, which cannot be used; the library would read "300 s". */
function toSeconds(given: unknown): unknown {
  if (given === undefined || typeof given === "number") return given;
  return typeof given === "string" && number.test(given) ? Number(given) : null;
}

function normalize(answer: ServerAnswer, members: Members, expected: TokenType): Normalized {
  const { token_type: tokenType, expires_in: expiresIn } = members;
  const renamed = typeof tokenType === "string" && synonyms[expected].includes(tokenType.toLowerCase());
  return {
    members: {
      ...members,
      id_token: undefined,
      token_type: renamed ? expected : tokenType,
      expires_in: toSeconds(expiresIn),
    },
    tolerated: [
      ...(isJson(answer) ? [] : ["content-type"]),
      ...(renamed ? ["token_type"] : []),
      ...(typeof expiresIn === "string" ? ["expires_in"] : []),
    ],
  };
}

function toActorToken(text: string): ActorToken {
  try {
    return new ActorToken(text);
  } catch {
    throw unusableAnswer("The access token cannot stand in a header.");
  }
}

/** A text that a form can carry (RFC 6749 appendix A.17); it never stands in a header. */
function toRefreshToken(text: string | undefined): Secret | undefined {
  if (text === undefined) return undefined;
  if (!refreshTokenText.test(text)) throw unusableAnswer("The refresh token has characters that none may have.");
  return new Secret(text);
}

/**
 * Reads the answer of a token endpoint that gave a token.
 *
 * `token_type` must be what was asked for (RFC 6749 section 7.1): a token that is bound to a key for a request with a proof
 * (RFC 9449 section 5), a bearer token for every other, and `N_A` for what is no access token (RFC 8693 section 2.2.1).
 */
export async function readTokenResponse(answer: ServerAnswer, request: TokenRequest): Promise<IssuedToken> {
  if (answer.status !== 200 || !answer.members) throw unusableAnswer("There is no JSON object.");
  const tokenType = toExpectedType(request);
  const { members, tolerated } = normalize(answer, answer.members, tokenType);
  const read = await processGenericTokenEndpointResponse(nobody.server, nobody.client, Response.json(members), {
    recognizedTokenTypes,
  });
  if (read.token_type !== tokenType.toLowerCase()) throw unusableAnswer("A token of another type was asked for.");
  const { expires_in: seconds, scope, refresh_token: refreshToken, issued_token_type: issuedTokenType } = read;
  return {
    token: toActorToken(read.access_token),
    tokenType,
    expiresInMs: seconds === undefined ? undefined : seconds * 1000,
    scope: scope === undefined ? undefined : MultiStringValue.from(scope),
    issuedTokenType: issuedTokenType === undefined ? undefined : String(issuedTokenType),
    refreshToken: toRefreshToken(refreshToken),
    tolerated: tolerated.reduce<readonly string[]>((noted, name) => tolerate(noted, name, request.dialect), []),
    deviations: [],
  };
}
