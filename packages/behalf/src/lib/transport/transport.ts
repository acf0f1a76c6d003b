import type { Dispatcher } from "undici";
import { AnswerHandler } from "./answer-handler.ts";
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

/**
 * The deadline of a request is kept by the wheel. Timers of undici's own would outlive each request by half a second: thousands of
 * them, under load. Only a stream that stands still has to be noticed by one.
 */
const toOptions = ({ path, method, headers, body, streams }: WireRequest): Dispatcher.DispatchOptions =>
  streams
    ? { path, method, headers, body: body ?? null, headersTimeout: 0 }
    : { path, method, headers, body: body ?? null, headersTimeout: 0, bodyTimeout: 0 };

/** Creates a transport with connections of its own. */
export function createTransport(options: PoolOptions): Transport {
  const pools = createPools(options);
  const deadlines = createDeadlineWheel();
  let closed: Promise<void> | undefined;

  return {
    send(request) {
      if (closed) return Promise.reject(new TransportError("closed", { sent: false }));
      return new Promise((resolve, reject) => {
        const handler = new AnswerHandler(request, { resolve, reject }, deadlines);
        if (!handler.start()) return;
        pools.get(request.origin, request.identity).dispatch(toOptions(request), handler);
      });
    },
    close() {
      closed ??= pools.close();
      return closed;
    },
  };
}
