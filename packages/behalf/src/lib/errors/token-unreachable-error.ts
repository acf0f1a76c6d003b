import { BehalfError } from "./behalf-error.ts";

/** The facts of a missing answer. */
export interface TokenUnreachable {
  readonly code: "BEHALF_TOKEN_UNREACHABLE" | "BEHALF_TOKEN_TIMEOUT" | "BEHALF_TOKEN_UNREADABLE";
  readonly url: string;
  readonly client: string;
  readonly status?: number | undefined;
  readonly cause?: unknown;
}

const meanings = {
  BEHALF_TOKEN_UNREACHABLE: "could not be reached",
  BEHALF_TOKEN_TIMEOUT: "did not answer in time",
  BEHALF_TOKEN_UNREADABLE: 'gave an answer that cannot be used (is "authority" its issuer, letter for letter?)',
} as const;

/** The authorization server gave no usable answer: network, timeout, 5xx, or not what the protocol says. */
export class TokenUnreachableError extends BehalfError {
  override readonly name = "TokenUnreachableError";
  override readonly code: TokenUnreachable["code"];
  /** The URL that was asked, without its query. */
  readonly url: string;
  /** The client id that asked; `-` when a caller's token was to be validated. */
  readonly client: string;
  /** The HTTP status, where there was one. */
  readonly status: number | undefined;

  constructor(facts: TokenUnreachable) {
    const asker = facts.client === "-" ? "" : ` when client "${facts.client}" asked`;
    super(
      `The authorization server at ${facts.url} ${meanings[facts.code]}${asker}.`,
      facts.cause === undefined ? {} : { cause: facts.cause },
    );
    this.code = facts.code;
    this.url = facts.url;
    this.client = facts.client;
    this.status = facts.status;
  }
}
