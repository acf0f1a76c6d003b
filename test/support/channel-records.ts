import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { DiagnosticRecords } from "behalf";
import { onTestFinished } from "vitest";

/** Listens to a channel until the current test ends. Gives a function that tells what was published so far. */
export function listenTo(channel: keyof DiagnosticRecords): () => readonly unknown[] {
  const records: unknown[] = [];
  const keep = (record: unknown): void => void records.push(record);
  subscribe(channel, keep);
  onTestFinished(() => void unsubscribe(channel, keep));
  return () => records;
}
