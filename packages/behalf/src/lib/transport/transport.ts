import { type AnswerBounds, AnswerHandler } from "./answer-handler.ts";
import { createDeadlineWheel } from "./deadline-wheel.ts";
import { createPools, type PoolOptions } from "./pools.ts";
import { TransportError } from "./transport-error.ts";
import type { WireAnswer, WireRequest } from "./wire.ts";

/** Sends requests and takes in answers. It follows no redirect. */
export interface Transport {
  /**
   * @throws {TransportError} when no usable answer comes
   * @throws the reason of a cancellation
   */
  send(request: WireRequest): Promise<WireAnswer>;
  /** Lets running requests end, then closes every connection. */
  close(): Promise<void>;
}

/** Settings of a transport. */
export interface TransportOptions extends PoolOptions {
  /** For how long a stream may stand still before it breaks off, in milliseconds. @default 300 000 */
  readonly streamIdleMs?: number;
}

/** Creates a transport with connections of its own. */
export function createTransport({ streamIdleMs = 300_000, ...options }: TransportOptions): Transport {
  const pools = createPools(options);
  const bounds: AnswerBounds = { deadlines: createDeadlineWheel(), streamIdleMs };
  let closed: Promise<void> | undefined;

  return {
    send(request) {
      if (closed) return Promise.reject(new TransportError("closed", { sent: false }));
      return new Promise((resolve, reject) => {
        const handler = new AnswerHandler(request, { resolve, reject }, bounds);
        if (handler.start()) handler.sendOver(pools.get(request.origin, request.identity, request.connections));
      });
    },
    close() {
      closed ??= pools.close();
      return closed;
    },
  };
}
