/** How a token came to be in hand. */
export type TokenSource = "memory" | "joined" | "store" | "server" | "background";

/** The record of one call to a backend service. */
export interface CallRecord {
  /** The `name` of the instance that made the call. */
  readonly instance: string;
  readonly service: string;
  readonly endpoint: string;
  readonly method: string;
  /** The HTTP status, where an answer came. */
  readonly status: number | undefined;
  /** The code of the error, where the call failed. */
  readonly error: string | undefined;
  /** How often the request was sent. */
  readonly attempts: number;
  /** Why it was sent again; of several reasons, the first. */
  readonly resentAfter: "unauthorized" | "nonce" | "connection" | "redirect" | "retry" | "hedge" | undefined;
  readonly grant: string;
  readonly tokenSource: TokenSource | undefined;
  /** How long ago the token was fetched. */
  readonly tokenAgeMs: number | undefined;
  /** How long the token lives on. */
  readonly tokenRemainingMs: number | undefined;
  /** The first characters of the digest that is the token's key. */
  readonly tokenKey: string | undefined;
  /** From the call to the token in hand. */
  readonly tokenMs: number;
  /** From the token in hand to the first byte of the answer. */
  readonly firstByteMs: number | undefined;
  /** From the call to the end of the answer's body, or of its head for a stream. */
  readonly durationMs: number;
  readonly messageId: string | undefined;
}

/** The record of one token that was asked of the authorization server. */
export interface TokenRecord {
  readonly instance: string;
  readonly issuer: string;
  readonly grant: string;
  readonly client: string;
  /** The configuration path of the service or endpoint that it was for. */
  readonly service: string;
  readonly tokenKey: string;
  /** `background` for a renewal ahead of time, else `server`. */
  readonly source: TokenSource;
  readonly durationMs: number;
  /** The life of the token, where one came. */
  readonly livesMs: number | undefined;
  /** The code of the error, where none came. */
  readonly error: string | undefined;
  /** The authorization server's error code, where it refused. */
  readonly refusal: string | undefined;
  /** What the answer lacked that the protocol asks for, and was accepted all the same. */
  readonly tolerated: readonly string[];
  /** In what the token is not what was asked for: `audience`, `scope`, `expiry`, `actor`. */
  readonly deviations: readonly string[];
}

/** The record of one caller's token that was looked at. */
export interface InboundRecord {
  readonly instance: string;
  readonly accepted: boolean;
  readonly code: string | undefined;
  /** Why the token was not accepted: see `CallerTokenReason`. */
  readonly reason: string | undefined;
  /** The name of the authenticator that looked at the token; `undefined` where it did not come to that. */
  readonly authenticator: string | undefined;
  /** Whether the token had been validated before. */
  readonly remembered: boolean;
  readonly durationMs: number;
  readonly messageId: string | undefined;
}

/** The record of a caller whose identity could not be looked up. The request went on without it. */
export interface IdentityRecord {
  readonly instance: string;
  /** What was asked. */
  readonly source: "userInfo";
  /** The code of the error. */
  readonly error: string;
}

/** The record of something in the shared store that was not used. It is written anew. */
export interface StoreRecord {
  readonly instance: string;
  /** What it was to be. */
  readonly what: string;
  /**
   * `foreign` for what no key of this instance has sealed for this place: another key, another place, tampered with or cut off;
   * `malformed`, or `version` for what a later version wrote.
   */
  readonly problem: "foreign" | "malformed" | "version";
}

/** The record of a change of state. */
export interface StateRecord {
  readonly instance: string;
  /** What changed: the issuer of an authorization server, `shared store`, or `backend` and the origin of a backend. */
  readonly what: string;
  /** `unreachable` or `reachable`; of the shared store, `unwritable` or `writable` as well. */
  readonly state: string;
  readonly detail: Readonly<Record<string, string | number | undefined>>;
}

/** Each channel of `node:diagnostics_channel`, with what is published on it. */
export interface DiagnosticRecords {
  readonly "behalf:call": CallRecord;
  readonly "behalf:token": TokenRecord;
  readonly "behalf:inbound": InboundRecord;
  readonly "behalf:identity": IdentityRecord;
  readonly "behalf:store": StoreRecord;
  readonly "behalf:state": StateRecord;
}
