import { describe, expect, it } from "vitest";
import { ActorToken } from "../values/actor-token.ts";
import type { Caller } from "../values/caller.ts";
import { MultiStringValue } from "../values/multi-string-value.ts";
import { isSystemCaller } from "./is-system-caller.ts";

const someCaller = (changes: Partial<Caller>): Caller => ({
  token: new ActorToken("t"),
  issuer: "https://as.example",
  subject: "alice",
  client: "web-shop",
  scopes: MultiStringValue.empty,
  expiresAt: 1,
  claims: {},
  ...changes,
});

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
