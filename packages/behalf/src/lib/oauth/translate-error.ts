import { reduceCause } from "../errors/reduce-cause.ts";
import { TokenUnreachableError } from "../errors/token-unreachable-error.ts";
import { ServerClosedError } from "./server-closed-error.ts";

/** Who asked what. */
export interface ErrorPlace {
  /** What was asked, without its query. */
  readonly url: string;
  readonly client: string;
  readonly service: string;
  readonly grant: string;
  /** The HTTP status, where an answer came. */
  readonly status?: number;
}

/** The URL as errors name it. */
export function toErrorUrl({ origin, pathname }: URL): string {
  return `${origin}${pathname}`;
}

function isTimeout(error: unknown): boolean {
  return error instanceof Error && error.name === "TimeoutError";
}

/** The library's own errors, an answer over the bound, and an issuer that is no URL. */
function isProtocolError(error: unknown): boolean {
  if (error instanceof RangeError) return true;
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return code.startsWith("OAUTH_") || code === "ERR_INVALID_URL";
}

/** Turns what went wrong below into an error of this package. What is not known goes on as it is. */
export function translateError(error: unknown, place: ErrorPlace): unknown {
  const facts = { ...place, cause: reduceCause(error) };
  if (error instanceof ServerClosedError) {
    const { retryAfterMs } = error;
    return new TokenUnreachableError({ ...facts, code: "BEHALF_TOKEN_UNREACHABLE", retryAfterMs });
  }
  if (isTimeout(error)) return new TokenUnreachableError({ ...facts, code: "BEHALF_TOKEN_TIMEOUT" });
  if (isProtocolError(error)) return new TokenUnreachableError({ ...facts, code: "BEHALF_TOKEN_UNREADABLE" });
  if (error instanceof TypeError) return new TokenUnreachableError({ ...facts, code: "BEHALF_TOKEN_UNREACHABLE" });
  return error;
}

const unasked: ReadonlySet<unknown> = new Set(["ServerClosedError", "NoPlaceError"]);

/**
 * Whether an error says that a server was not asked: it did not answer those before, too many others ask it, or a token may not be
 * sent now.
 */
export function isUnasked(error: unknown): boolean {
  if (!(error instanceof TokenUnreachableError)) return false;
  const { cause, code } = error;
  if (code === "BEHALF_SHARED_STORE_AWAY") return true;
  return typeof cause === "object" && cause !== null && "name" in cause && unasked.has(cause.name);
}
