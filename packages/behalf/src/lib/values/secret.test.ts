import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { Secret } from "./secret.ts";

describe("Secret", () => {
  const secret = new Secret("s3cret");

  it("gives the text by value()", () => {
    expect(secret.value()).toBe("s3cret");
  });

  it.each([
    ["inspect", inspect(secret)],
    ["inspect of what holds it", inspect({ deep: [secret] }, { showHidden: true, depth: 9 })],
    ["a template", `${secret}`],
    ["JSON", JSON.stringify({ secret })],
    ["its own keys", inspect({ ...secret })],
  ])("is redacted in %s", (_, printed) => {
    expect(printed).not.toContain("s3cret");
  });

  it("says that something is redacted", () => {
    expect([inspect(secret), String(secret), JSON.stringify(secret)]).toEqual([
      "[redacted]",
      "[redacted]",
      '"[redacted]"',
    ]);
  });
});
