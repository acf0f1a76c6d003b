import { describe, expect, it, vi } from "vitest";
import { stderrLogger } from "./logger.ts";
import { createMessageId, isMessageId } from "./message-id.ts";
import { Timers } from "./timers.ts";

describe("Timers", () => {
  it("numbers a key that comes again", () => {
    const timers = new Timers();
    for (const key of ["out-get", "out-get", "in-auth"]) timers.start(key).end();
    expect(timers.steps().map(({ name }) => name)).toEqual(["out-get", "out-get-2", "in-auth"]);
  });

  it("knows no duration of a step that runs", () => {
    const timers = new Timers();
    timers.start("out-get");
    expect(timers.steps()).toEqual([{ name: "out-get", durationMs: undefined }]);
    expect(timers.toServerTiming()).toBe("");
  });

  it("ends the oldest running step of a key", () => {
    const timers = new Timers();
    timers.start("a");
    timers.start("a");
    timers.end("a");
    const [first, second] = timers.steps();
    expect([typeof first?.durationMs, second?.durationMs]).toEqual(["number", undefined]);
  });

  it("ends nothing where nothing runs", () => {
    expect(new Timers().end("a")).toBeUndefined();
  });

  it("keeps the first end of a step", () => {
    const step = new Timers().start("a");
    expect(step.end()).toBe(step.end());
  });

  it("writes Server-Timing with names that are tokens", () => {
    const timers = new Timers();
    timers.start("out get, é").end();
    expect(timers.toServerTiming()).toMatch(/^out_get___;dur=\d+\.\d$/);
  });
});

describe("isMessageId", () => {
  it.each(["a", "req-1:2", "x".repeat(128), createMessageId()])("accepts %s", (id) => {
    expect(isMessageId(id)).toBe(true);
  });

  it.each(["", "a b", "a\nb", "x".repeat(129), "é", "{}"])("refuses %j", (id) => {
    expect(isMessageId(id)).toBe(false);
  });
});

describe("stderrLogger", () => {
  it("writes warnings and errors as JSON lines, and nothing else", () => {
    const write = vi.spyOn(process.stderr, "write").mockReturnValue(true);
    stderrLogger.debug({}, "debug");
    stderrLogger.info({}, "info");
    stderrLogger.warn({ a: 1 }, "warn");
    stderrLogger.error({ a: 2 }, "error");
    const lines = write.mock.calls.map(([line]) => JSON.parse(String(line)));
    write.mockRestore();
    expect(lines).toMatchObject([
      { level: "warn", a: 1, message: "warn" },
      { level: "error", a: 2, message: "error" },
    ]);
    expect(["debug", "info", "warn", "error"].filter((level) => stderrLogger.isLevelEnabled?.(level))).toEqual([
      "warn",
      "error",
    ]);
  });
});
