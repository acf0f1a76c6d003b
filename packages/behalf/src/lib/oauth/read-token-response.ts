import { ActorToken } from "../values/actor-token.ts";
import { MultiStringValue } from "../values/multi-string-value.ts";
import { Secret } from "../values/secret.ts";
import { isJson, type ServerAnswer } from "./server-answer.ts";
import type { IssuedToken, TokenRequest } from "./token-request.ts";
import { isWithoutAccess } from "./token-types.ts";
import { tolerate } from "./tolerate.ts";
import { unusableAnswer } from "./unusable-answer.ts";

type Members = Readonly<Record<string, unknown>>;

const number = /^\d+(\.\d+)?$/;

function readText(members: Members, name: string): string | undefined {
  const value = members[name];
  if (value === undefined || typeof value === "string") return value;
  throw unusableAnswer(`The member "${name}" is no text.`);
}

function readToken(members: Members): ActorToken {
  try {
    return new ActorToken(readText(members, "access_token") ?? "");
  } catch {
    throw unusableAnswer("There is no access token that can stand in a header.");
  }
}

function readLife({ expires_in: given }: Members): number | undefined {
  if (given === undefined) return undefined;
  const seconds = typeof given === "string" && number.test(given) ? Number(given) : given;
  if (typeof seconds === "number" && Number.isFinite(seconds) && seconds >= 0) return seconds * 1000;
  throw unusableAnswer("The life of the token is no number of seconds.");
}

function readRefreshToken(members: Members): Secret | undefined {
  const text = readText(members, "refresh_token");
  if (text === "") throw unusableAnswer("The refresh token is empty.");
  return text === undefined ? undefined : new Secret(text);
}

/** The kind that the request makes right: a token bound to a key if it has a proof, and no token at all in some exchanges. */
function toExpectedType({ grantType, requestedTokenType, dpop }: TokenRequest): IssuedToken["tokenType"] {
  if (grantType === "tokenExchange" && isWithoutAccess(requestedTokenType)) return "N_A";
  return dpop ? "DPoP" : "Bearer";
}

/** What opens nothing at a backend does no harm under another name; every other type must be the expected one. */
function isHarmless(given: string | undefined, expected: IssuedToken["tokenType"]): boolean {
  return expected === "N_A" && (given === "bearer" || given === "dpop");
}

function listDeviations(answer: ServerAnswer, members: Members, expected: IssuedToken["tokenType"]): readonly string[] {
  const tokenType = readText(members, "token_type")?.toLowerCase();
  const named = tokenType === expected.toLowerCase();
  if (!named && !isHarmless(tokenType, expected)) throw unusableAnswer("A token of another type was asked for.");
  return [
    ...(isJson(answer) ? [] : ["content-type"]),
    ...(named ? [] : ["token_type"]),
    ...(typeof members.expires_in === "string" ? ["expires_in"] : []),
  ];
}

/**
 * Reads the answer of a token endpoint that gave a token.
 *
 * `token_type` must be what was asked for (RFC 6749 section 7.1): a token that is bound to a key for a request with a proof
 * (RFC 9449 section 5), a bearer token for every other, and `N_A` for what is no access token (RFC 8693 section 2.2.1).
 */
export function readTokenResponse(answer: ServerAnswer, request: TokenRequest): IssuedToken {
  const { status, members } = answer;
  if (status !== 200 || !members) throw unusableAnswer("There is no JSON object.");
  const tokenType = toExpectedType(request);
  const deviations = listDeviations(answer, members, tokenType);
  const scope = readText(members, "scope");
  const { issued_token_type: issuedTokenType } = members;
  return {
    token: readToken(members),
    tokenType,
    expiresInMs: readLife(members),
    scope: scope === undefined ? undefined : MultiStringValue.from(scope),
    issuedTokenType: issuedTokenType === undefined ? undefined : String(issuedTokenType),
    refreshToken: readRefreshToken(members),
    tolerated: deviations.reduce<readonly string[]>((noted, name) => tolerate(noted, name, request.dialect), []),
    deviations: [],
  };
}
