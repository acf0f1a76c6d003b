import { onTestFinished } from "vitest";
import {
  createTransport,
  type Transport,
  type TransportOptions,
} from "../../packages/behalf/src/lib/transport/transport.ts";
import type { WireRequest } from "../../packages/behalf/src/lib/transport/wire.ts";

/** Opens a transport that is closed when the current test ends. */
export function openTransport(changes: Partial<TransportOptions> = {}): Transport {
  const transport = createTransport({ connectTimeoutMs: 1_000, ...changes });
  onTestFinished(() => transport.close());
  return transport;
}

/** A request to this origin, with the members that a test cares about changed. */
export function toWireRequest(origin: string, changes: Partial<WireRequest> = {}): WireRequest {
  return {
    origin,
    path: "/",
    method: "GET",
    headers: [],
    body: null,
    timeoutMs: 10_000,
    maxBytes: 10 * 1024 * 1024,
    streams: false,
    cancellations: [],
    ...changes,
  };
}
