import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { ActorToken } from "../../values/actor-token.ts";
import { readStoredToken, writeStoredToken } from "./stored-token.ts";

const life = { fetchedAt: 1_000, expiresAt: 301_000, renewLeftMs: 75_000 };
const written = writeStoredToken({ token: new ActorToken("a-token"), ...life });
const change = (members: object): string => JSON.stringify({ ...JSON.parse(written), ...members });

describe("a stored token", () => {
  it("comes back as it was", () => {
    const stored = readStoredToken(written);
    expect(stored).toMatchObject(life);
    expect(typeof stored === "object" && stored.token.value()).toBe("a-token");
  });

  it("prints redacted when it is read", () => {
    expect(inspect(readStoredToken(written), { depth: null, showHidden: true })).not.toContain("a-token");
  });

  it("is not read where a later version wrote it", () => {
    expect(readStoredToken(change({ version: 2 }))).toBe("version");
    expect(readStoredToken(JSON.stringify({ version: 2, secret: "of another shape" }))).toBe("version");
  });

  it.each([
    ["no JSON", written.slice(0, -1)],
    ["no object", "7"],
    ["null", "null"],
    ["a list", "[1]"],
    ["no version", change({ version: undefined })],
    ["a version that is no number", change({ version: "1" })],
    ["no token", change({ token: undefined })],
    ["a token that no header can carry", change({ token: "a\r\ntoken" })],
    ["a token that is no text", change({ token: 7 })],
    ["no beginning", change({ fetchedAt: undefined })],
    ["no end", change({ expiresAt: undefined })],
    ["an end that is no number", change({ expiresAt: "301000" })],
    ["an end that is no whole number", change({ expiresAt: 301_000.5 })],
    ["an end before its beginning", change({ expiresAt: 999 })],
    ["a renewal after its end", change({ renewLeftMs: -1 })],
    ["no time of renewal", change({ renewLeftMs: undefined })],
  ])("is malformed with %s", (_, text) => {
    expect(readStoredToken(text)).toBe("malformed");
  });

  it("may have members that are not known", () => {
    expect(readStoredToken(change({ more: true }))).toMatchObject(life);
  });
});
