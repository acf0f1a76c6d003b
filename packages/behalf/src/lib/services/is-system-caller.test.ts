import { describe, expect, it } from "vitest";
import { someCaller } from "../../../../../test/support/some-caller.ts";
import { isSystemCaller } from "./is-system-caller.ts";

describe("isSystemCaller", () => {
  it.each([
    { subject: "job", client: "job" },
    { claims: { idtyp: "app" } },
    { claims: { gty: "client-credentials" } },
    { claims: { userType: "system" } },
  ])("finds a system in %j", (changes) => {
    expect(isSystemCaller(someCaller(changes))).toBe(true);
  });

  it.each([
    {},
    { subject: undefined, client: undefined },
    { subject: undefined },
    { client: undefined },
    { claims: { idtyp: "user", gty: "password", userType: "person" } },
    { claims: { idtyp: ["app"] } },
    { claims: { idtyp: "APP" } },
  ])("finds a person in %j", (changes) => {
    expect(isSystemCaller(someCaller(changes))).toBe(false);
  });
});
