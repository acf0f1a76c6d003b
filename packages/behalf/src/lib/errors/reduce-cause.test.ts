import { describe, expect, it } from "vitest";
import { reduceCause } from "./reduce-cause.ts";
import { toErrorWord } from "./to-error-word.ts";

const marker = "marker-5ec2e7";

describe("reduceCause", () => {
  it("keeps name and code of an error", () => {
    const error = Object.assign(new TypeError(marker), { code: "ECONNREFUSED", body: { access_token: marker } });
    expect(reduceCause(error)).toEqual({ name: "TypeError", code: "ECONNREFUSED" });
  });

  it("takes the code from the error below, if there is none", () => {
    const below = Object.assign(new Error(marker), { code: "UND_ERR_SOCKET" });
    expect(reduceCause(new TypeError("fetch failed", { cause: below }))).toEqual({
      name: "TypeError",
      code: "UND_ERR_SOCKET",
    });
  });

  it("passes over names and codes that are no identifiers", () => {
    const error = Object.assign(new Error("x"), { name: marker, code: marker });
    expect(reduceCause(error)).toEqual({ name: "Error" });
  });

  it.each([
    [marker, "string"],
    [undefined, "undefined"],
    [{ marker }, "object"],
  ])("keeps only the type of what is no error", (thrown, name) => {
    expect(reduceCause(thrown)).toEqual({ name });
  });
});

describe("toErrorWord", () => {
  it.each(["invalid_grant", "slow_down", "use_dpop_nonce"])("lets %s pass", (word) => {
    expect(toErrorWord(word)).toBe(word);
  });

  it.each([
    "",
    "ab",
    "Invalid",
    "invalid-grant",
    "invalid grant",
    "_x_",
    "a1b2",
    "é".repeat(5),
    5,
    null,
    ["invalid_grant"],
  ])("leaves %j out", (value) => {
    expect(toErrorWord(value)).toBeUndefined();
  });
});
