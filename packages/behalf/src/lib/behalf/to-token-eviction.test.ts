import { describe, expect, it } from "vitest";
import { toMarkerPlace } from "../inbound/revocation/eviction.ts";
import { digest } from "../values/digest.ts";
import { toObtainedPlace } from "./obtained-place.ts";
import { readStoredMarker, writeStoredMarker } from "./stored-marker.ts";
import { toTokenEviction } from "./to-token-eviction.ts";

const at = 1_700_000_000_000;
const issuer = "https://as.example.com";
const namesOf = (name: string) => [name, "https://alias.example.com"];
const all = { subject: undefined, session: undefined, client: undefined, service: undefined, tenant: undefined };

describe("what a marker means for tokens", () => {
  it.each([
    ["a subject", { subject: "alice" }, { subject: digest("alice") }],
    ["a session", { sessionId: "s-1" }, { session: digest("s-1") }],
    [
      "a subject of an issuer",
      { subject: "alice", issuer },
      { subject: digest("alice"), issuers: [issuer, "https://alias.example.com"] },
    ],
  ])("is %s", (_case, eviction, expected) => {
    expect(toTokenEviction({ ...toMarkerPlace(eviction), at }, namesOf)).toMatchObject({ ...expected, at });
  });

  it("is nothing for a caller's own token", () => {
    expect(toTokenEviction({ ...toMarkerPlace({ token: "a.b.c" }), at }, namesOf)).toBeUndefined();
  });

  it.each([
    ["all", {}],
    ["a client", { client: "orders-api" }],
    ["a service with an odd name", { service: 'in "a"\n\u2028 {}', tenant: "acme" }],
    ["a subject at a service", { subject: digest("alice"), session: digest("s-1"), service: "inventory" }],
  ])("is what was obtained, over the store: %s", (_case, what) => {
    const stored = readStoredMarker(writeStoredMarker({ ...toObtainedPlace(what), at }));
    if (typeof stored !== "object") throw new Error(stored);
    expect(toTokenEviction(stored, namesOf)).toEqual({ ...all, ...what, issuers: undefined, at });
  });

  it.each([
    ["more than a later version knows", '{"client":"a","later":"b"}', { client: "a" }],
    ["no text at all", "", undefined],
    ["something else", "[", undefined],
  ])("is read with %s", (_case, text, expected) => {
    const read = toTokenEviction({ kind: "obtained", key: `${digest("")} ${text}`, at }, namesOf);
    expect(read && { client: read.client }).toEqual(expected);
  });
});

describe("toObtainedPlace", () => {
  it("is the same place for the same tokens", () => {
    expect(toObtainedPlace({ client: "a", tenant: "b" })).toEqual(toObtainedPlace({ tenant: "b", client: "a" }));
    expect(toObtainedPlace({ client: "a" }).key).not.toBe(toObtainedPlace({ service: "a" }).key);
  });
});
