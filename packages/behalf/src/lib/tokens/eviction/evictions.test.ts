import { describe, expect, it } from "vitest";
import { createClock } from "../../../../../../test/support/clock.ts";
import { someTarget } from "../../../../../../test/support/token-service.ts";
import { digest } from "../../values/digest.ts";
import { toOwner } from "../number-parties.ts";
import { createEvictions, type EvictionsOptions } from "./evictions.ts";
import type { Evictable, TokenEviction } from "./token-eviction.ts";

const target = someTarget({ service: "services.inventory" });
const [issuer, aliceDigest] = ["https://as.example.com", digest("alice")];

function open(options: Partial<EvictionsOptions> = {}) {
  const clock = createClock();
  const evictions = createEvictions({ now: clock.now, ...options });
  const { numbers } = evictions;
  const dropped: boolean[] = [];
  /** A token of somebody, fetched now unless told. */
  const some = (changes: Partial<Evictable> & { readonly name?: string } = {}): Evictable => ({
    target,
    issuer: numbers.ofIssuer(issuer),
    subject: numbers.ofDigest("subject", digest(changes.name ?? "alice")),
    session: numbers.ofDigest("session", digest("s-1")),
    fetchedAt: clock.now(),
    ...changes,
  });
  const evict = (what: Partial<TokenEviction>, origin: "here" | "elsewhere" = "here"): void =>
    evictions.note([{ at: clock.now(), ...what }], origin);
  /** Has the next evictions tell whether they drop a token. */
  const watch = (one: Evictable): void => evictions.listen((concerns) => void dropped.push(concerns(one)));
  return { clock, evictions, some, evict, watch, dropped };
}

describe("a token that another process may have fetched", () => {
  it.each<readonly [string, Partial<TokenEviction>, boolean]>([
    ["the subject", { subject: aliceDigest }, true],
    ["another subject", { subject: digest("bob") }, false],
    ["the subject of its issuer", { subject: aliceDigest, issuers: ["https://other.example.com", `${issuer}/`] }, true],
    ["the subject of another issuer", { subject: aliceDigest, issuers: ["https://other.example.com"] }, false],
    ["the session", { session: digest("s-1") }, true],
    ["a session that is named like the subject", { session: aliceDigest }, false],
    ["the subject in another session", { subject: aliceDigest, session: digest("s-2") }, false],
    ["the client", { client: target.clientId }, true],
    ["the subject at another client", { subject: aliceDigest, client: "other" }, false],
    ["the service", { service: "inventory" }, true],
    ["a service whose name begins alike", { service: "invent" }, false],
    ["another tenant", { tenant: "acme" }, false],
    ["all", {}, true],
  ])("is of an eviction of %s or not", (_case, what, expected) => {
    const { some, evict, evictions } = open();
    evict(what);
    expect(evictions.concern(some())).toBe(expected);
    expect(evictions.concernSince(0, some())).toBe(expected);
  });

  it("is everybody's where it is not known who named its subject", () => {
    const { some, evict, evictions } = open();
    evict({ subject: aliceDigest, issuers: [issuer] });
    expect([evictions.concern(some({ issuer: 0 })), evictions.concern(some({ issuer: 0, name: "bob" }))]).toEqual([
      true,
      false,
    ]);
  });

  it.each([
    ["a second after", 1_000, true],
    ["later", 1_001, false],
  ])("was fetched %s the eviction: clocks differ", (_case, afterMs, expected) => {
    const { clock, some, evict, evictions } = open();
    evict({ subject: aliceDigest });
    expect(evictions.concern(some({ fetchedAt: clock.now() + afterMs }))).toBe(expected);
  });

  it("is told by the latest of the evictions of the same tokens", () => {
    const { clock, some, evict, evictions } = open();
    evict({ subject: aliceDigest });
    clock.advance(60_000);
    const one = some();
    evict({ subject: aliceDigest });
    expect(evictions.concern(one)).toBe(true);
  });

  it("is used for as long as evictions are remembered, and no longer", () => {
    const { clock, some, evictions } = open({ keepMs: 60_000 });
    const one = some();
    clock.advance(59_999);
    expect(evictions.concern(one)).toBe(false);
    clock.advance(1);
    expect(evictions.concern(one)).toBe(true);
  });

  it("is not used where it is not known any more what was evicted since", () => {
    const { clock, some, evict, evictions } = open({ max: 2 });
    const old = some({ name: "bob" });
    clock.advance(2_000);
    for (const name of ["alice", "carol", "dave"]) evict({ subject: digest(name) });
    clock.advance(2_000);
    expect([evictions.concern(old), evictions.concern(some({ name: "bob" }))]).toEqual([true, false]);
  });

  it("is not told by more than are remembered", () => {
    const { clock, some, evict, evictions } = open({ max: 2 });
    for (const _ of [1, 2, 3]) evict({ subject: aliceDigest });
    clock.advance(-5_000);
    expect(evictions.concern(some({ name: "bob" }))).toBe(false);
  });
});

describe("a token in memory", () => {
  it("is dropped by an eviction that is left here, whatever its clock says", () => {
    const { clock, some, evict, watch, dropped } = open();
    watch(some({ fetchedAt: clock.now() + 60_000 }));
    evict({ subject: aliceDigest });
    evict({ subject: digest("bob") });
    expect(dropped).toEqual([true, false]);
  });

  it.each([
    ["before", 0, true],
    ["long after", 1_001, false],
  ])("that was fetched %s is dropped or not by one that others left", (_case, afterMs, expected) => {
    const { clock, some, evict, watch, dropped } = open();
    watch(some({ fetchedAt: clock.now() + afterMs }));
    evict({ subject: aliceDigest }, "elsewhere");
    expect(dropped).toEqual([expected]);
  });

  it.each<readonly [string, Partial<TokenEviction>, boolean]>([
    ["of its issuer", { subject: aliceDigest, issuers: [issuer] }, true],
    ["of its issuer, and more", { subject: aliceDigest, issuers: [issuer], client: target.clientId }, true],
    ["of any issuer", { subject: aliceDigest }, false],
    ["by its session", { session: digest("s-1"), issuers: [issuer] }, false],
  ])("is looked for among those of its owner, for a subject %s: %o", (_case, what, expected) => {
    const { evictions, some, evict } = open();
    const given: unknown[] = [];
    evictions.listen((_concerns, owners) => void given.push(owners));
    evict(what);
    expect(given).toEqual([expected ? [toOwner(some({ issuer: 0 })), toOwner(some())] : undefined]);
  });

  it("is not dropped by an eviction that was known before", () => {
    const { some, evict, evictions, watch, dropped } = open();
    evict({ subject: aliceDigest });
    watch(some());
    evict({ subject: digest("bob") });
    expect([dropped, evictions.concernSince(1, some())]).toEqual([[false], false]);
  });

  it("is dropped where an eviction of it fell out among the many that came at once", () => {
    const { clock, evictions, some, watch, dropped } = open({ max: 3 });
    const one = some({ fetchedAt: clock.now() - 100_000 });
    const before = evictions.noted;
    watch(one);
    const names = ["alice", "bob", "carol", "dave", "erin"];
    evictions.note(
      names.map((name) => ({ subject: digest(name), at: clock.now() })),
      "elsewhere",
    );
    expect([dropped, evictions.concernSince(before, one)]).toEqual([[true], true]);
  });

  it("is told of no eviction where there is none", () => {
    const { some, evictions, watch, dropped } = open();
    watch(some());
    evictions.note([], "elsewhere");
    expect(dropped).toEqual([]);
  });
});
