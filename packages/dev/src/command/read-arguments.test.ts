import { describe, expect, it } from "vitest";
import { readArguments } from "./read-arguments.ts";

describe("readArguments", () => {
  it("listens on port 4400 unless told otherwise", () => {
    expect(readArguments([])).toEqual({ wants: "server", port: 4400 });
    expect(readArguments(["--port", "0"])).toEqual({ wants: "server", port: 0 });
  });

  it("shows the usage on request", () => {
    expect(readArguments(["--help"])).toEqual({ wants: "usage" });
    expect(readArguments(["-h"])).toEqual({ wants: "usage" });
  });

  it("reads what the sidecar is to be", () => {
    expect(readArguments(["sidecar", "--config", "a.json"])).toEqual({
      wants: "sidecar",
      config: "a.json",
      port: 4480,
    });
    expect(
      readArguments(["sidecar", "--config", "a.json", "--service", "b", "--header", "x-c", "--port", "0"]),
    ).toEqual({ wants: "sidecar", config: "a.json", service: "b", header: "x-c", port: 0 });
    expect(readArguments(["sidecar", "--help"])).toEqual({ wants: "usage" });
  });

  it.each([
    [["sidecar"]],
    [["sidecar", "--config"]],
    [["sidecar", "--config", "a", "--port", "x"]],
    [["--config", "a"]],
    [["--header", "a"]],
    [["sidecar", "sidecar", "--config", "a"]],
  ])("corrects %j", (words) => {
    expect(readArguments(words)).toMatchObject({ wants: "correction" });
  });

  it.each([[["--port", "http"]], [["--port", "65536"]], [["--port", "-1"]], [["--ports", "1"]], [["stray"]]])(
    "corrects %j",
    (words) => {
      expect(readArguments(words)).toMatchObject({ wants: "correction" });
    },
  );
});
