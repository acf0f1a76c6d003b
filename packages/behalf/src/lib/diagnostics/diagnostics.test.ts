import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { createDiagnostics } from "./diagnostics.ts";
import type { Logger } from "./logger.ts";
import type { CallRecord, InboundRecord } from "./records.ts";

const createLog = (debugging: boolean): Logger & { readonly lines: unknown[] } => {
  const lines: unknown[] = [];
  const write = (level: string) => (fields: object, message: string) => lines.push([level, fields, message]);
  return {
    lines,
    debug: write("debug"),
    info: write("info"),
    warn: write("warn"),
    error: write("error"),
    isLevelEnabled: (level) => debugging || level !== "debug",
  };
};

const state = { instance: "orders", what: "https://login.example.com", state: "unreachable", detail: {} };
const called = { instance: "orders", service: "inventory" } as unknown as CallRecord;
const looked = { instance: "orders", accepted: false } as unknown as InboundRecord;

function listen(channel: string): readonly unknown[] {
  const heard: unknown[] = [];
  const listener = (message: unknown): void => void heard.push(message);
  subscribe(channel, listener);
  onTestFinished(() => void unsubscribe(channel, listener));
  return heard;
}

describe("createDiagnostics", () => {
  it("publishes records that name the instance", () => {
    const heard = listen("behalf:state");
    createDiagnostics("orders", createLog(false)).publish("behalf:state", () => state);
    expect(heard).toEqual([state]);
  });

  it("builds no record that nobody wants", () => {
    const diagnostics = createDiagnostics("orders", createLog(false));
    const make = vi.fn(() => called);
    diagnostics.publish("behalf:call", make);
    expect(make).not.toHaveBeenCalled();
  });

  it("builds it for a logger that takes debug lines", () => {
    const log = createLog(true);
    createDiagnostics("orders", log).publish("behalf:call", () => called);
    expect(log.lines).toEqual([["debug", called, "backend called"]]);
  });

  it("warns of a change of state and informs of a refused caller", () => {
    const log = createLog(false);
    const diagnostics = createDiagnostics("orders", log);
    diagnostics.publish("behalf:state", () => state, true);
    diagnostics.publish("behalf:inbound", () => looked, true);
    diagnostics.publish("behalf:inbound", () => ({ ...looked, accepted: true }));
    expect(log.lines).toMatchObject([
      ["warn", state, "state changed"],
      ["info", looked, "caller's token looked at"],
    ]);
  });

  it("survives a logger that throws", () => {
    const broken = {
      ...createLog(false),
      warn: () => {
        throw new Error("disk full");
      },
    };
    const heard = listen("behalf:state");
    createDiagnostics("orders", broken).publish("behalf:state", () => state, true);
    expect(heard).toHaveLength(1);
  });
});
