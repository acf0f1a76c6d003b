import type { CallRecord } from "./call-record.ts";
import type { Hop } from "./hop.ts";

/** A hop, with what the orders API tells of the call that made it. */
export interface TracedHop extends Hop {
  /** Absent when the orders API has no record of the call. */
  readonly call: CallRecord | undefined;
}

/** Puts what the backends saw and what the orders API did side by side, by backend and message id. */
export function traceHops(hops: readonly Hop[], records: readonly CallRecord[]): readonly TracedHop[] {
  const calls = new Map(records.map((record) => [toKey(record.service, record.messageId), record]));
  return hops
    .map((hop) => ({ ...hop, call: calls.get(toKey(hop.backend, hop.messageId)) }))
    .sort((one, other) => one.at.getTime() - other.at.getTime());
}

function toKey(backend: string, messageId: string | undefined): string {
  return JSON.stringify([backend, messageId]);
}
