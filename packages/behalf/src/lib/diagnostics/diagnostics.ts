import { channel } from "node:diagnostics_channel";
import { type Level, log } from "./log.ts";
import type { Logger } from "./logger.ts";
import type { DiagnosticRecords } from "./records.ts";

type ChannelName = keyof DiagnosticRecords;
type RecordMaker<name extends ChannelName> = (instance: string) => DiagnosticRecords[name];

/** Publishes records on the channels and to the log. */
export interface Diagnostics {
  /** The name of the instance, part of every record. */
  readonly instance: string;
  readonly logger: Logger;
  /** Whether somebody wants such a record. Asked before one is made ready, where that costs something. */
  wants(name: ChannelName, failed: boolean): boolean;
  /**
   * Publishes a record. It is built only if somebody wants it: a subscriber, a log that takes debug lines, or, of what
   * failed, the log.
   */
  publish<name extends ChannelName>(name: name, make: RecordMaker<name>, failed?: boolean): void;
}

const channels = {
  "behalf:call": channel("behalf:call"),
  "behalf:token": channel("behalf:token"),
  "behalf:inbound": channel("behalf:inbound"),
  "behalf:identity": channel("behalf:identity"),
  "behalf:store": channel("behalf:store"),
  "behalf:state": channel("behalf:state"),
} as const;

const failureLevels: Readonly<Record<ChannelName, Level>> = {
  "behalf:call": "debug",
  "behalf:token": "warn",
  "behalf:inbound": "info",
  "behalf:identity": "warn",
  "behalf:store": "warn",
  "behalf:state": "warn",
};

const messages: Readonly<Record<ChannelName, string>> = {
  "behalf:call": "backend called",
  "behalf:token": "token requested",
  "behalf:inbound": "caller's token looked at",
  "behalf:identity": "caller not identified",
  "behalf:store": "stored value not used",
  "behalf:state": "state changed",
};

/** Creates the diagnostics of one instance. */
export function createDiagnostics(instance: string, logger: Logger): Diagnostics {
  const debugging = logger.isLevelEnabled?.("debug") ?? true;

  const levelOf = (name: ChannelName, failed: boolean): Level => (failed ? failureLevels[name] : "debug");
  const isLogged = (level: Level): boolean => debugging || level !== "debug";
  const wants = (name: ChannelName, failed: boolean): boolean =>
    channels[name].hasSubscribers || isLogged(levelOf(name, failed));

  return {
    instance,
    logger,
    wants,
    publish(name, make, failed = false) {
      if (!wants(name, failed)) return;
      const level = levelOf(name, failed);
      const record = make(instance);
      channels[name].publish(record);
      if (isLogged(level)) log(logger, level, [record, messages[name]]);
    },
  };
}
