import { BehalfError } from "./behalf-error.ts";

/** The codes of a {@link TokenUnreachableError}. */
export type TokenUnreachableErrorCode =
  | "BEHALF_TOKEN_UNREACHABLE"
  | "BEHALF_TOKEN_TIMEOUT"
  | "BEHALF_TOKEN_UNREADABLE"
  | "BEHALF_TOKEN_DEVIATES"
  | "BEHALF_REFRESH_TOKEN_LOST"
  | "BEHALF_SHARED_STORE_AWAY";

/** The facts of a missing answer. */
export interface TokenUnreachable {
  readonly code: TokenUnreachableErrorCode;
  readonly url: string;
  readonly client: string;
  readonly status?: number | undefined;
  readonly retryAfterMs?: number | undefined;
  readonly deviations?: readonly string[];
  readonly cause?: unknown;
}

const meanings: Readonly<Record<TokenUnreachableErrorCode, string>> = {
  BEHALF_TOKEN_UNREACHABLE: "could not be reached",
  BEHALF_TOKEN_TIMEOUT: "did not answer in time",
  BEHALF_TOKEN_UNREADABLE: 'gave an answer that cannot be used (is "authority" its issuer, letter for letter?)',
  BEHALF_TOKEN_DEVIATES: "gave a token that is not what was asked for",
  BEHALF_REFRESH_TOKEN_LOST: "was sent a refresh token, and its answer was lost or cannot be used",
  BEHALF_SHARED_STORE_AWAY: "was not sent a refresh token, for the shared store, which tells the newest one, is away,",
};

const fixes: Partial<Record<TokenUnreachableErrorCode, string>> = {
  BEHALF_TOKEN_DEVIATES: ' Let it give what is asked for, or set "audienceGuard".',
  BEHALF_REFRESH_TOKEN_LOST:
    ' The token may be spent: give a new one, or set "refreshReuse" if the server takes one twice.',
  BEHALF_SHARED_STORE_AWAY: " It goes on by itself when the store answers.",
};

function toMessage({ code, url, client, deviations = [] }: TokenUnreachable): string {
  const details = deviations.length === 0 ? "" : ` (${deviations.join(", ")})`;
  const asker = client === "-" ? "" : ` when client "${client}" asked`;
  return `The authorization server at ${url} ${meanings[code]}${details}${asker}.${fixes[code] ?? ""}`;
}

/** The authorization server gave no usable answer: network, timeout, 5xx, or not what the protocol says. */
export class TokenUnreachableError extends BehalfError {
  override readonly name = "TokenUnreachableError";
  override readonly code: TokenUnreachableErrorCode;
  /** The URL that was asked, without its query. */
  readonly url: string;
  /** The client id that asked; `-` when a caller's token was to be validated. */
  readonly client: string;
  /** The HTTP status, where there was one. */
  readonly status: number | undefined;
  /** How long the server wants to be left alone, in milliseconds, where it said so: five minutes at most. */
  readonly retryAfterMs: number | undefined;
  /** In what the token is not what was asked for: `audience`, `scope`, `expiry`, `actor`. */
  readonly deviations: readonly string[];

  constructor(facts: TokenUnreachable) {
    super(toMessage(facts), facts.cause === undefined ? {} : { cause: facts.cause });
    this.code = facts.code;
    this.url = facts.url;
    this.client = facts.client;
    this.status = facts.status;
    this.retryAfterMs = facts.retryAfterMs;
    this.deviations = Object.freeze([...(facts.deviations ?? [])]);
  }
}
