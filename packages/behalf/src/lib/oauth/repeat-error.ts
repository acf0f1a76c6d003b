import { TokenRefusedError } from "../errors/token-refused-error.ts";
import { TokenUnreachableError } from "../errors/token-unreachable-error.ts";

/** Who is told of an earlier failure; what is left out stays as it was. */
export interface ToldNow {
  readonly client?: string | undefined;
  readonly service?: string | undefined;
  readonly grant?: string | undefined;
  /** How long the server is still left alone, in milliseconds. */
  readonly retryAfterMs?: number | undefined;
}

/** An error like an earlier one, for one who was not there: of the same class and code, with a stack and a time of its own. */
export function repeatError(error: TokenRefusedError, told: ToldNow): TokenRefusedError;
export function repeatError(error: TokenUnreachableError, told: ToldNow): TokenUnreachableError;
export function repeatError(
  error: TokenRefusedError | TokenUnreachableError,
  { client = error.client, retryAfterMs, ...told }: ToldNow,
): TokenRefusedError | TokenUnreachableError {
  if (error instanceof TokenUnreachableError) {
    const { code, url, status, deviations, cause } = error;
    return new TokenUnreachableError({ code, url, status, deviations, cause, client, retryAfterMs });
  }
  return new TokenRefusedError({
    error: error.error,
    errorDescription: error.errorDescription(),
    errorUri: error.errorUri(),
    claims: error.claims(),
    status: error.status,
    client,
    service: told.service ?? error.service,
    grant: told.grant ?? error.grant,
  });
}
