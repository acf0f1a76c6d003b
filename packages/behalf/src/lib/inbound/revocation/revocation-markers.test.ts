import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { listenTo } from "../../../../../../test/support/channel-records.ts";
import { createClock } from "../../../../../../test/support/clock.ts";
import { createRecordingLogger } from "../../../../../../test/support/recording-logger.ts";
import { the } from "../../../../../../test/support/the.ts";
import { createDiagnostics } from "../../diagnostics/diagnostics.ts";
import { ActorToken } from "../../values/actor-token.ts";
import { digest } from "../../values/digest.ts";
import type { Eviction } from "./eviction.ts";
import {
  createRevocationMarkers,
  type IssuedToken,
  type RevocationMarker,
  type RevocationMarkersOptions,
} from "./revocation-markers.ts";

const issuer = "https://login.example.com";
const otherIssuer = "https://other.example.com";
const token = new ActorToken("alice-token");
const sessionId = "session-1";

function open(options: Partial<RevocationMarkersOptions> = {}) {
  const clock = createClock(1_700_000_000_400);
  const markers = createRevocationMarkers({ now: clock.now, ...options });
  const issued = (changes: Partial<IssuedToken> = {}): IssuedToken => {
    return { token, issuer, subject: the.alice, sessionId, issuedAt: clock.now() - 60_000, ...changes };
  };
  return { clock, markers, issued };
}

const evictions: readonly (readonly [what: string, eviction: Eviction])[] = [
  ["token", { token }],
  ["token's text", { token: token.value() }],
  ["subject", { subject: the.alice }],
  ["session", { sessionId }],
];

describe("evict", () => {
  it.each(evictions)("ends the tokens of the %s, of any issuer unless it is named", (_, eviction) => {
    for (const named of [undefined, issuer]) {
      const { markers, issued } = open();
      expect(markers.revoked(issued())).toBe(false);
      markers.evict({ ...eviction, issuer: named });
      expect(markers.revoked(issued())).toBe(true);
      expect(markers.revoked(issued({ issuer: otherIssuer }))).toBe(named === undefined);
    }
  });

  it.each([
    ["token", { token: new ActorToken("bob-token") }],
    ["subject", { subject: the.bob }],
    ["session", { sessionId: "session-2" }],
    ["subject with the session's name", { subject: sessionId }],
    ["session with the subject's name", { sessionId: the.alice }],
    ["token with the subject's name", { token: the.alice }],
    ["subject with the token's text", { subject: token.value() }],
    ["subject with the issuer's name behind", { subject: `${the.alice} ${issuer}` }],
  ])("leaves others than the %s alone", (_, eviction) => {
    const { markers, issued } = open();
    markers.evict(eviction);
    expect(markers.revoked(issued())).toBe(false);
  });

  it("leaves tokens alone that have no subject or session", () => {
    const { markers, issued } = open();
    markers.evict({ subject: "undefined" });
    markers.evict({ sessionId: "undefined" });
    expect(markers.revoked(issued({ subject: undefined, sessionId: undefined }))).toBe(false);
  });

  it.each([
    {},
    { issuer },
    { token, subject: the.alice },
    { subject: the.alice, sessionId },
    { token, subject: the.alice, sessionId },
    { token: "" },
    { subject: "" },
    { sessionId: "" },
    { subject: the.alice, issuer: "" },
  ])("refuses %j", (eviction) => {
    const { markers } = open();
    expect(() => markers.evict(eviction)).toThrow(TypeError);
    expect(markers.size).toBe(0);
  });

  it("shows nothing of the subject, the session or the token", () => {
    const { markers } = open();
    const left = [{ subject: the.markerSecret }, { sessionId: the.markerSecret }, { token: the.markerSecret }].map(
      (eviction) => markers.evict({ ...eviction, issuer }),
    );
    expect(inspect([left, markers], { depth: 9, showHidden: true })).not.toContain(the.markerSecret);
  });
});

describe("revoked", () => {
  it.each([{ subject: the.alice }, { sessionId }])("ends what was issued up to the second of %j", (eviction) => {
    const { markers, issued, clock } = open();
    markers.evict(eviction);
    const second = Math.floor(clock.now() / 1000) * 1000;
    const verdicts = [-3_600_000, -1_000, 0, 999, 1_000, 60_000].map((after) =>
      markers.revoked(issued({ issuedAt: second + after })),
    );
    expect(verdicts).toEqual([true, true, true, true, false, false]);
  });

  it.each([undefined, Number.NaN])("ends what was issued at %s", (issuedAt) => {
    const { markers, issued } = open();
    markers.evict({ subject: the.alice });
    expect(markers.revoked(issued({ issuedAt }))).toBe(true);
  });

  it("ends an evicted token whatever it says of its issue", () => {
    const { markers, issued, clock } = open();
    markers.evict({ token });
    expect(markers.revoked(issued({ issuedAt: clock.now() + 4_000 }))).toBe(true);
  });

  it("goes by the latest eviction", () => {
    const { markers, issued, clock } = open();
    const first = markers.evict({ subject: the.alice });
    clock.advance(60_000);
    const issuedAt = clock.now() - 30_000;
    expect(markers.revoked(issued({ issuedAt }))).toBe(false);
    markers.evict({ subject: the.alice });
    markers.accept([first]);
    expect([markers.revoked(issued({ issuedAt })), markers.size]).toEqual([true, 1]);
  });

  it("takes over what another instance left", () => {
    const { markers, issued } = open();
    const other = open();
    markers.accept([other.markers.evict({ subject: the.alice, issuer })]);
    expect(markers.revoked(issued())).toBe(true);
    expect(markers.revoked(issued({ issuer: otherIssuer }))).toBe(false);
  });

  it("takes over nothing that has ended", () => {
    const { markers, clock } = open();
    const old = open().markers.evict({ subject: the.alice });
    clock.advance(604_800_000);
    markers.accept([old]);
    expect(markers.size).toBe(0);
  });

  it("is not undone by an older marker", () => {
    const { markers, clock } = open();
    const old = markers.evict({ subject: the.alice });
    clock.advance(60_000);
    const young = markers.evict({ subject: the.alice });
    markers.accept([old, young, old]);
    expect(markers.list()).toEqual([young]);
  });

  it("counts each change after which a token may be refused, and no other", () => {
    const { markers, clock } = open();
    const seen = [markers.changes];
    const old = markers.evict({ subject: the.alice });
    seen.push(markers.changes);
    clock.advance(60_000);
    const others = open({ now: clock.now }).markers.evict({ subject: the.bob });
    markers.accept([others]);
    seen.push(markers.changes);
    markers.accept([old, others]);
    seen.push(markers.changes);
    expect(seen).toEqual([0, 1, 2, 2]);
  });

  it("computes nothing without markers", () => {
    const computed = (): never => {
      throw new Error("computed");
    };
    const { markers, issued } = open({ now: computed });
    expect(markers.revoked(new Proxy(issued(), { get: computed }))).toBe(false);
  });

  it("lasts seven days, or as long as it is told", () => {
    for (const keepMs of [undefined, 60_000]) {
      const { markers, issued, clock } = open(keepMs === undefined ? {} : { keepMs });
      const issuedAt = clock.now();
      markers.evict({ subject: the.alice });
      clock.advance((keepMs ?? 604_800_000) - 1);
      expect(markers.revoked(issued({ issuedAt }))).toBe(true);
      clock.advance(1);
      expect([markers.revoked(issued({ issuedAt })), markers.size]).toEqual([false, 0]);
    }
  });
});

describe("a full memory", () => {
  const evictMany = ({ markers, clock }: Pick<ReturnType<typeof open>, "markers" | "clock">, names: string[]) => {
    for (const subject of names) {
      markers.evict({ subject });
      clock.advance(10_000);
    }
  };

  it("keeps refusing what it had to forget, and all that is older", () => {
    const { markers, issued, clock } = open({ max: 2 });
    const start = clock.now();
    evictMany({ markers, clock }, [the.alice, "carol", "dave"]);
    expect(markers.size).toBe(2);
    expect(markers.revoked(issued({ issuedAt: start }))).toBe(true);
    expect(markers.revoked(issued({ subject: the.bob, issuedAt: start }))).toBe(true);
    expect(markers.revoked(issued({ subject: the.bob, issuedAt: undefined }))).toBe(true);
    expect(markers.revoked(issued({ subject: the.bob, issuedAt: start + 1_000 }))).toBe(false);
    expect(markers.revoked(issued({ subject: "carol", issuedAt: start + 1_000 }))).toBe(true);
  });

  it("forgets the oldest, of whatever kind", () => {
    const { markers, issued, clock } = open({ max: 2 });
    const start = clock.now();
    markers.evict({ sessionId: "session-9" });
    clock.advance(10_000);
    evictMany({ markers, clock }, ["carol", the.alice]);
    const later = { subject: the.bob, issuedAt: start + 5_000 };
    expect(markers.revoked(issued({ ...later, sessionId: "session-9" }))).toBe(false);
    expect(markers.revoked(issued({ ...later, subject: "carol" }))).toBe(true);
  });

  it("lets older tokens in again once what it forgot would have ended", () => {
    const { markers, issued, clock } = open({ max: 1, keepMs: 60_000 });
    const issuedAt = clock.now();
    evictMany({ markers, clock }, ["carol", the.alice]);
    expect(markers.revoked(issued({ subject: the.bob, issuedAt }))).toBe(true);
    clock.advance(40_000);
    expect(markers.revoked(issued({ subject: the.bob, issuedAt }))).toBe(false);
    expect(markers.revoked(issued({ issuedAt }))).toBe(true);
  });

  it("forgets the oldest of those that another instance left, in whatever order they come", () => {
    const other = open();
    const start = other.clock.now();
    evictMany(other, ["carol", "dave", the.alice]);
    const { markers, issued, clock } = open({ max: 3 });
    clock.advance(60_000);
    markers.evict({ sessionId: "session-9" });
    markers.accept([...other.markers.list()].reverse());
    expect(markers.size).toBe(3);
    expect(markers.revoked(issued({ subject: "carol", issuedAt: start }))).toBe(true);
    expect(markers.revoked(issued({ subject: "dave", issuedAt: start + 5_000 }))).toBe(true);
    expect(markers.revoked(issued({ subject: the.bob, issuedAt: start + 1_000 }))).toBe(false);
  });

  it("makes room for as many as come", () => {
    const other = open();
    evictMany(other, ["carol", "dave", "erin", the.alice]);
    const { markers } = open({ max: 1 });
    markers.accept(other.markers.list());
    expect(markers.list()).toEqual(other.markers.list().slice(-1));
  });

  it("is recorded once", () => {
    const records = listenTo("behalf:state");
    const diagnostics = createDiagnostics("orders", createRecordingLogger());
    const { markers, clock } = open({ max: 1, diagnostics });
    evictMany({ markers, clock }, ["carol"]);
    expect(records()).toEqual([]);
    evictMany({ markers, clock }, ["dave", "erin", "frank"]);
    expect(records()).toEqual([{ instance: "orders", what: "revocation markers", state: "full", detail: { max: 1 } }]);
  });
});

describe("a memory full of what was obtained", () => {
  it("refuses no caller, and forgets no marker of one", () => {
    const { clock, markers, issued } = open({ max: 2 });
    markers.evict({ subject: the.bob });
    for (const key of ["a", "b", "c"]) {
      clock.advance(1_000);
      markers.leave({ kind: "obtained", key: digest(key) });
    }
    expect(markers.list().map(({ kind, key }) => [kind, key])).toEqual([
      ["subject", digest(the.bob)],
      ["obtained", digest("b")],
      ["obtained", digest("c")],
    ]);
    expect(markers.revoked(issued())).toBe(false);
    expect(markers.revoked(issued({ subject: the.bob }))).toBe(true);
  });
});

describe("who hears of markers", () => {
  function openHearing() {
    const heard: (readonly [RevocationMarker["kind"][], boolean])[] = [];
    const markers = createRevocationMarkers({
      now: () => 1_700_000_000_000,
      heard: (told, isOwn) => void heard.push([told.map(({ kind }) => kind), isOwn]),
    });
    return { markers, heard };
  }

  it("is told of each one that is left here, though it is left twice at the same moment", () => {
    const { markers, heard } = openHearing();
    for (const _ of [1, 2]) markers.evict({ subject: "alice" });
    expect(heard).toEqual(Array(2).fill([["subject"], true]));
  });

  it("is told of those of others, once", () => {
    const { markers, heard } = openHearing();
    const [known, other] = [markers.evict({ subject: "alice" }), openHearing().markers.evict({ sessionId: "s" })];
    heard.length = 0;
    for (const _ of [1, 2]) markers.accept([known, other]);
    expect(heard).toEqual([[["session"], false]]);
  });
});

describe("a marker about what was obtained", () => {
  it("refuses nobody", () => {
    const markers = createRevocationMarkers({ now: () => 1_700_000_000_000 });
    const key = digest("alice");
    markers.leave({ kind: "obtained", key });
    expect([markers.size, markers.list()]).toEqual([1, [{ kind: "obtained", key, at: 1_700_000_000_000 }]]);
    const named = { issuer, subject: "alice", sessionId: "alice", issuedAt: 0 };
    expect(markers.revoked({ token: new ActorToken("alice"), ...named })).toBe(false);
  });
});
