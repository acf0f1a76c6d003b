import { CallerTokenError, type CallerTokenScheme } from "../errors/caller-token-error.ts";
import { ActorToken } from "../values/actor-token.ts";
import { BearerToken } from "../values/bearer-token.ts";
import type { RequestContext } from "./request-context.ts";

/** What a caller shows, unvalidated. It is turned into a token when somebody has to look at it. */
export interface Credential {
  readonly text: string;
  /** `undefined` where it came bare, in a header of its own. */
  readonly scheme: CallerTokenScheme | undefined;
  /** In lower case. */
  readonly header: string;
}

/** Names and values together: of more, Node keeps about 2,046. */
const mostRawHeaders = 2_000;
const standardHeader = "authorization";
const schemed = /^(bearer|dpop) +([\x21-\x7e]+) *$/i;
const bare = /^[\x21-\x7e]+$/;
const usualStart = "Bearer ";

const isBlank = (character: string | undefined): boolean => character === " " || character === "\t";

function parse(value: string, header: string): Credential {
  // The usual form takes no pattern: what is not a token is found out where it is not recalled.
  if (value.startsWith(usualStart) && !isBlank(value[usualStart.length]) && !isBlank(value.at(-1))) {
    return { text: value.slice(usualStart.length), scheme: "Bearer", header };
  }
  const [, scheme, text] = schemed.exec(value) ?? [];
  if (text) return { text, scheme: scheme?.toLowerCase() === "dpop" ? "DPoP" : "Bearer", header };
  if (header !== standardHeader && bare.test(value)) return { text: value, scheme: undefined, header };
  throw new CallerTokenError(/^(bearer|dpop)( |$)/i.test(value) ? "malformed" : "scheme");
}

/**
 * Reads the credential that a request carries in one of these headers; `undefined` when it carries none.
 *
 * The standard header needs the scheme `Bearer` or `DPoP`; a custom one may carry the bare token. Two are refused, be it in
 * one header or in two, for two readers could take different ones.
 *
 * @throws {CallerTokenError} when there are two, or credentials of another kind
 */
export function readCredential(context: RequestContext, headers: readonly string[]): Credential | undefined {
  const { rawHeaders } = context.incoming;
  // Node drops the rest without a word: a second credential would not be seen.
  if (rawHeaders.length >= mostRawHeaders) throw new CallerTokenError("tooManyHeaders");
  let found: string | undefined;
  let header = "";
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? "";
    for (const candidate of headers) {
      if (name.length !== candidate.length || name.toLowerCase() !== candidate) continue;
      if (found !== undefined) throw new CallerTokenError("twoTokens");
      found = rawHeaders[index + 1] ?? "";
      header = candidate;
    }
  }
  return found === undefined ? undefined : parse(found, header);
}

/**
 * Makes a token of what was shown.
 *
 * @throws {CallerTokenError} `malformed` for characters that no token has
 */
export function toToken({ text, scheme }: Credential): ActorToken {
  try {
    return scheme === "Bearer" ? new BearerToken(text) : new ActorToken(text);
  } catch {
    throw new CallerTokenError("malformed");
  }
}
