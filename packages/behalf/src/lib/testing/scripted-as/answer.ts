import type { Claims } from "./claims.ts";

/** An ordinary answer. */
export interface SentAnswer {
  readonly kind: "send";
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * What the server does with a request: it answers, sends half of the answer, stays silent, cuts the connection, or
 * closes it politely without an answer.
 */
export type Answer =
  | SentAnswer
  | (Omit<SentAnswer, "kind"> & { readonly kind: "stall" })
  | { readonly kind: "hang" }
  | { readonly kind: "drop" }
  | { readonly kind: "close" };

/** A JSON answer that must not be stored, as RFC 6749 section 5.1 asks. */
export function json(body: unknown, status = 200, headers: Readonly<Record<string, string>> = {}): SentAnswer {
  return {
    kind: "send",
    status,
    headers: { "content-type": "application/json", "cache-control": "no-store", ...headers },
    body: JSON.stringify(body),
  };
}

const isObject = (value: unknown): value is Claims => typeof value === "object" && value !== null;

/** Reads the members of a JSON answer; one that is no JSON object has none. */
export function readMembers({ body }: Pick<SentAnswer, "body">): Claims {
  try {
    const value: unknown = JSON.parse(body);
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}

/** An error that a token endpoint answers with. */
export class OAuthError extends Error {
  override readonly name = "OAuthError";
  readonly error: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(error: string, description: string, status = 400) {
    super(description);
    this.error = error;
    this.status = status;
    this.headers = status === 401 ? { "www-authenticate": 'Basic realm="scripted-as"' } : {};
  }

  toAnswer(): SentAnswer {
    return json({ error: this.error, error_description: this.message }, this.status, this.headers);
  }
}

/** The error of a client that did not authenticate. */
export function invalidClient(description: string): OAuthError {
  return new OAuthError("invalid_client", description, 401);
}
