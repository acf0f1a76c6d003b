import { describe, expect, it, vi } from "vitest";
import { fault } from "../../support/scripted-as.ts";
import { some } from "../../support/some.ts";
import { the } from "../../support/the.ts";
import { openFront } from "./open-front.ts";

const inbound = { type: "introspection" } as const;
const unreachable = "BEHALF_TOKEN_UNREACHABLE";
const numbers = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index);

describe("questions about many tokens at once", () => {
  it("from one address are fifty, and the next ones are not asked where none comes back in time", async () => {
    const { as, verdict } = await openFront({ inbound });
    const gate = as.hold("introspection");
    const all = numbers(700).map((index) => verdict(`random-${index}`));
    const refused = Promise.all(all.slice(550));
    expect(new Set(await refused)).toEqual(new Set([unreachable]));
    await vi.waitFor(() => expect(as.count("introspection")).toBe(50));
    gate.release();
    await Promise.all(all);
  });

  it("are asked once there is a place, and those that were not are not remembered", async () => {
    const { as, verdict } = await openFront({ inbound });
    const gate = as.hold("introspection");
    const all = numbers(550).map((index) => verdict(`random-${index}`));
    const token = as.issueOpaque(some.claims());
    expect(await verdict(token)).toBe(unreachable);
    gate.release();
    await Promise.all(all);
    expect(await verdict(token)).toBe("accepted");
  });
});

describe("a failure to ask", () => {
  it("for the metadata is the answer to forged JWTs for two seconds", async () => {
    const { as, clock, verdict } = await openFront();
    const token = await as.issue(some.claims());
    as.faults.always("metadata", fault.status(503));
    for (const _ of numbers(10)) expect(await verdict(token)).toBe(unreachable);
    const asked = as.count("metadata");
    expect(asked).toBeLessThanOrEqual(4);
    as.faults.clear();
    clock.advance(2_000);
    expect(await verdict(token)).toBe("accepted");
  });

  it("is the answer for the same token for two seconds, and for no other", async () => {
    const { as, clock, verdict } = await openFront({ inbound });
    const token = as.issueOpaque(some.claims());
    as.faults.next("introspection", fault.status(500));
    as.faults.next("introspection", fault.status(500));
    expect(await verdict(token)).toBe(unreachable);
    clock.advance(1_999);
    expect(await verdict(token)).toBe(unreachable);
    expect(as.count("introspection")).toBe(2);
    expect(await verdict(as.issueOpaque(some.claims()))).toBe("accepted");
    clock.advance(1);
    expect(await verdict(token)).toBe("accepted");
  });

  it.each([
    ["429", fault.tooManyRequests(60), 1],
    ["503", fault.status(503, { "retry-after": "60" }), 2],
  ])("by %s lets the server alone for as long as it says", async (_case, broken, asked) => {
    const { as, clock, verdict } = await openFront({ inbound });
    as.faults.always("introspection", broken);
    for (const index of numbers(10)) expect(await verdict(`token-${index}`)).toBe(unreachable);
    as.faults.clear();
    clock.advance(59_999);
    const token = as.issueOpaque(some.claims());
    expect([await verdict(token), as.count("introspection")]).toEqual([unreachable, asked]);
    clock.advance(1);
    expect(await verdict(token)).toBe("accepted");
  });

  it("because of our own credentials is the answer for all for ten seconds", async () => {
    const { as, clock, verdict } = await openFront({ inbound, root: { clientSecret: "wrong" } });
    for (const index of numbers(10)) expect(await verdict(`token-${index}`)).toBe("BEHALF_TOKEN_REFUSED");
    as.setClient(the.clientId, { clientSecret: "wrong" });
    clock.advance(9_999);
    const token = as.issueOpaque(some.claims());
    expect([await verdict(token), as.count("introspection")]).toEqual(["BEHALF_TOKEN_REFUSED", 1]);
    clock.advance(1);
    expect(await verdict(token)).toBe("accepted");
  });

  it("because of a stranger's token is no answer for others", async () => {
    const { as, verdict } = await openFront({ inbound });
    as.faults.next("introspection", fault.oauthError("invalid_request"));
    for (const _ of numbers(3)) expect(await verdict("odd")).toBe("BEHALF_TOKEN_REFUSED");
    expect(as.count("introspection")).toBe(1);
    expect(await verdict(as.issueOpaque(some.claims()))).toBe("accepted");
  });
});

describe("a live token that is refused", () => {
  it.each([
    ["audience", { aud: the.otherAudience }],
    ["typ", { token_use: "id_token" }],
    ["binding", { cnf: { jkt: 1 } }],
  ])("for its %s is refused for ten seconds without another question", async (reason, members) => {
    const { as, clock, verdict } = await openFront({ inbound });
    const token = as.issueOpaque(some.claims());
    as.faults.always("introspection", fault.change(members));
    for (const _ of numbers(3)) expect(await verdict(token)).toBe(reason);
    as.faults.clear();
    clock.advance(9_999);
    expect([await verdict(token), as.count("introspection")]).toEqual([reason, 1]);
    clock.advance(1);
    expect(await verdict(token)).toBe("accepted");
  });

  it("because it begins later is asked about again", async () => {
    const { as, clock, verdict } = await openFront({ inbound });
    const token = as.issueOpaque(some.claims());
    as.faults.always("introspection", fault.change({ nbf: clock.now() / 1_000 + 8 }));
    expect(await verdict(token)).toBe("notYetValid");
    clock.advance(4_000);
    expect(await verdict(token)).toBe("accepted");
  });
});
