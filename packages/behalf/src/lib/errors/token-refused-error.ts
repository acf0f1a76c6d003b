import { BehalfError } from "./behalf-error.ts";
import { toErrorWord } from "./to-error-word.ts";

/** The facts of a refusal. */
export interface TokenRefusal {
  readonly error: unknown;
  readonly errorDescription?: unknown;
  readonly errorUri?: unknown;
  readonly claims?: unknown;
  readonly status: number;
  readonly client: string;
  readonly service: string;
  readonly grant: string;
}

interface Described {
  readonly description: string | undefined;
  readonly uri: string | undefined;
  readonly claims: string | undefined;
}

/** Lets the text of a JSON object pass: anything else is no claims challenge, and could be a token. */
function toClaims(value: unknown): string | undefined {
  if (typeof value !== "string") return undefined;
  try {
    const claims: unknown = JSON.parse(value);
    return typeof claims === "object" && claims !== null && !Array.isArray(claims) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The authorization server answered, and the answer was no. Trying again will not help. */
export class TokenRefusedError extends BehalfError {
  override readonly name = "TokenRefusedError";
  override readonly code = "BEHALF_TOKEN_REFUSED";
  /** The error code of RFC 6749 section 5.2; `unrecognized` when it has not the shape of one. */
  readonly error: string;
  /** The HTTP status of the answer. */
  readonly status: number;
  /** The client id that asked. */
  readonly client: string;
  /** The configuration path of the service or endpoint that the token was for. */
  readonly service: string;
  /** The grant that was asked by. */
  readonly grant: string;
  readonly #described: Described;

  constructor(refusal: TokenRefusal) {
    const error = toErrorWord(refusal.error) ?? "unrecognized";
    super(`The authorization server refused client "${refusal.client}" a token for ${refusal.service}: ${error}.`);
    this.error = error;
    this.status = refusal.status;
    this.client = refusal.client;
    this.service = refusal.service;
    this.grant = refusal.grant;
    const text = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);
    const { errorDescription, errorUri, claims } = refusal;
    this.#described = { description: text(errorDescription), uri: text(errorUri), claims: toClaims(claims) };
  }

  /** The server's own words. They can hold personal data: keep them out of logs and answers. */
  errorDescription(): string | undefined {
    return this.#described.description;
  }

  /** Where the server explains the error. */
  errorUri(): string | undefined {
    return this.#described.uri;
  }

  /**
   * What the server wants the caller's next token to hold, as the text of a JSON object: the claims challenge of Microsoft
   * Entra. Answer it to the caller in base64, who signs in with it.
   *
   * @see {@link https://learn.microsoft.com/entra/identity-platform/claims-challenge}
   */
  claims(): string | undefined {
    return this.#described.claims;
  }
}
