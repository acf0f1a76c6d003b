import { channel } from "node:diagnostics_channel";
import type { Logger } from "./logger.ts";
import type { DiagnosticRecords } from "./records.ts";

type ChannelName = keyof DiagnosticRecords;
type RecordMaker<name extends ChannelName> = () => Omit<DiagnosticRecords[name], "instance">;

/** Publishes records on the channels and to the log. */
export interface Diagnostics {
  /** The name of the instance, part of every record. */
  readonly instance: string;
  readonly logger: Logger;
  /** Whether anybody listens: a record that nobody wants is not built. */
  observed(name: ChannelName): boolean;
  /** Publishes a record, built only if somebody listens. */
  publish<name extends ChannelName>(name: name, make: RecordMaker<name>): void;
}

const channels = {
  "behalf:call": channel("behalf:call"),
  "behalf:token": channel("behalf:token"),
  "behalf:inbound": channel("behalf:inbound"),
  "behalf:state": channel("behalf:state"),
} as const;

type Level = "debug" | "info" | "warn" | "error";

const failureLevels: Readonly<Record<ChannelName, Level>> = {
  "behalf:call": "debug",
  "behalf:token": "warn",
  "behalf:inbound": "info",
  "behalf:state": "warn",
};

const messages: Readonly<Record<ChannelName, string>> = {
  "behalf:call": "backend called",
  "behalf:token": "token requested",
  "behalf:inbound": "caller's token looked at",
  "behalf:state": "state changed",
};

function levelOf(name: ChannelName, record: object): Level {
  const failed =
    name === "behalf:state" ||
    ("accepted" in record && !record.accepted) ||
    ("error" in record && record.error !== undefined);
  return failed ? failureLevels[name] : "debug";
}

/** A logger that fails takes no call with it. */
function log(logger: Logger, level: Level, line: readonly [fields: object, message: string]): void {
  try {
    logger[level](...line);
  } catch {
    // There is no one left to tell.
  }
}

/** Creates the diagnostics of one instance. */
export function createDiagnostics(instance: string, logger: Logger): Diagnostics {
  const debugging = logger.isLevelEnabled?.("debug") ?? true;

  const observed = (name: ChannelName): boolean =>
    debugging || failureLevels[name] !== "debug" || channels[name].hasSubscribers;

  return {
    instance,
    logger,
    observed,
    publish(name, make) {
      if (!observed(name)) return;
      const record = { instance, ...make() };
      channels[name].publish(record);
      const level = levelOf(name, record);
      if (level !== "debug" || debugging) log(logger, level, [record, messages[name]]);
    },
  };
}
