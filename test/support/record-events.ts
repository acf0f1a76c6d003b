import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { DiagnosticRecords } from "behalf";
import { onTestFinished } from "vitest";

type ChannelName = keyof DiagnosticRecords;

/** Keeps what is published on a channel, until the current test ends. */
export function recordEvents<name extends ChannelName>(name: name): readonly DiagnosticRecords[name][] {
  const records: DiagnosticRecords[name][] = [];
  const listener = (record: unknown): void => void records.push(record as DiagnosticRecords[name]);
  subscribe(name, listener);
  onTestFinished(() => void unsubscribe(name, listener));
  return records;
}

/** Keeps what is published on every channel, until the current test ends. */
export function recordEveryEvent(): readonly object[] {
  const records: object[] = [];
  const names: Readonly<Record<ChannelName, true>> = {
    "behalf:call": true,
    "behalf:token": true,
    "behalf:inbound": true,
    "behalf:identity": true,
    "behalf:store": true,
    "behalf:state": true,
  };
  const listener = (record: unknown): void => {
    if (typeof record === "object" && record !== null) records.push(record);
  };
  for (const name of Object.keys(names)) {
    subscribe(name, listener);
    onTestFinished(() => void unsubscribe(name, listener));
  }
  return records;
}
