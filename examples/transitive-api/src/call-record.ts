/** How the orders API came by the token for a call. */
export type TokenSource = "memory" | "joined" | "store" | "server" | "background";

/** What the orders API tells of one call to a backend. */
export interface CallRecord {
  /** The backend's name. */
  readonly service: string;
  /** How the token was obtained, such as `tokenExchange`. */
  readonly grant: string;
  /** Absent when no token came. */
  readonly tokenSource: TokenSource | undefined;
  /** From the call to the end of the answer. */
  readonly durationMs: number;
  /** The id that the backend received along with the call. */
  readonly messageId: string | undefined;
}
