import type { IncomingHttpHeaders } from "node:http";
import type { Readable } from "node:stream";
import type { ConnectionSettings } from "../values/call-settings.ts";
import type { Cancellation } from "../values/cancellation.ts";
import type { ConnectionIdentity } from "../values/connection-identity.ts";
import type { TransportError } from "./transport-error.ts";

/** A body as it can be sent. */
export type WireBody = string | Uint8Array | Readable;

/** A request as it goes out. */
export interface WireRequest {
  readonly origin: string;
  /** Path and query. */
  readonly path: string;
  readonly method: string;
  /** Names and values in turn. */
  readonly headers: string[];
  readonly body: WireBody | null;
  readonly timeoutMs: number;
  /** From when the time runs, on the monotonic clock. @default now */
  readonly sentAt?: number | undefined;
  /** Whether it is noted when the answer begins. @default false */
  readonly timesAnswer?: boolean | undefined;
  /** How many bytes of a body are read into memory; of a coded one, expanded. */
  readonly maxBytes: number;
  /** Whether the body of a successful answer comes as a stream. */
  readonly streams: boolean;
  readonly cancellations: readonly Cancellation[];
  /** Who connects. @default nobody in particular */
  readonly identity?: ConnectionIdentity | undefined;
  /** How connections are made and kept. @default undici's way */
  readonly connections?: ConnectionSettings | undefined;
  /**
   * Whether the request may be sent once more when a connection that had been used before closes before any byte of the answer:
   * an idempotent method, and a body that is in memory. @default false
   */
  readonly replayable?: boolean | undefined;
  /** Names the service in the error that a stream ends with. @default it is given on as it is */
  readonly translate?: ((error: TransportError) => unknown) | undefined;
}

/** An answer as it came in. */
export interface WireAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** The body in memory, unless it is a stream. */
  readonly chunks: readonly Buffer[];
  readonly stream: Readable | undefined;
  /** When the first byte came, on the monotonic clock, where that was to be noted. */
  readonly firstByteAt: number | undefined;
  /** Whether it was sent once more over another connection. */
  readonly replayed?: boolean | undefined;
}
