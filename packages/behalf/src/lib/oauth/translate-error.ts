import { ResponseBodyError } from "oauth4webapi";
import { reduceCause } from "../errors/reduce-cause.ts";
import { TokenRefusedError } from "../errors/token-refused-error.ts";
import { TokenUnreachableError } from "../errors/token-unreachable-error.ts";

/** Who asked what. */
export interface ErrorPlace {
  /** What was asked; its query is left out of errors. */
  readonly url: string;
  readonly client: string;
  readonly service: string;
  readonly grant: string;
}

const isUnavailable = (status: number): boolean => status === 429 || status >= 500;

function isTimeout(error: unknown): boolean {
  return error instanceof Error && error.name === "TimeoutError";
}

function readStatus(error: unknown): number | undefined {
  if (error instanceof ResponseBodyError) return error.status;
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Response ? cause.status : undefined;
}

function withoutQuery(place: ErrorPlace): ErrorPlace {
  const { origin, pathname } = new URL(place.url);
  return { ...place, url: `${origin}${pathname}` };
}

/** Turns what went wrong below into an error of this package. What is not known goes on as it is. */
export function translateError(error: unknown, asked: ErrorPlace): unknown {
  const place = withoutQuery(asked);
  const status = readStatus(error);
  const cause = reduceCause(error);
  if (status !== undefined && isUnavailable(status)) {
    return new TokenUnreachableError({ ...place, code: "BEHALF_TOKEN_UNREACHABLE", status, cause });
  }
  if (error instanceof ResponseBodyError) {
    const { error: word, error_description: errorDescription } = error;
    return new TokenRefusedError({
      ...place,
      error: word,
      errorDescription,
      errorUri: error.cause.error_uri,
      status: error.status,
    });
  }
  if (status !== undefined && status >= 400) return new TokenRefusedError({ ...place, error: undefined, status });
  if (isTimeout(error)) return new TokenUnreachableError({ ...place, code: "BEHALF_TOKEN_TIMEOUT", cause });
  if (isProtocolError(error))
    return new TokenUnreachableError({ ...place, code: "BEHALF_TOKEN_UNREADABLE", status, cause });
  if (error instanceof TypeError)
    return new TokenUnreachableError({ ...place, code: "BEHALF_TOKEN_UNREACHABLE", cause });
  return error;
}

/** The library's own errors, an answer over the bound, and an issuer that is no URL. */
function isProtocolError(error: unknown): boolean {
  if (error instanceof RangeError) return true;
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return code.startsWith("OAUTH_") || code === "ERR_INVALID_URL";
}
