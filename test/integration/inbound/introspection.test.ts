import { describe, expect, it, onTestFinished, vi } from "vitest";
import { recordEvents } from "../../support/record-events.ts";
import { fault } from "../../support/scripted-as.ts";
import { some } from "../../support/some.ts";
import { the } from "../../support/the.ts";
import { openFront } from "./open-front.ts";

const inbound = { type: "introspection", keepMs: 30_000 } as const;

describe("introspection of many tokens at once", () => {
  it("is nothing that Node warns of", async () => {
    const warnings: Error[] = [];
    const listener = (warning: Error): void => void warnings.push(warning);
    process.on("warning", listener);
    onTestFinished(() => void process.off("warning", listener));
    const { as, verdict } = await openFront({ inbound });
    await Promise.all(Array.from({ length: 30 }, () => verdict(as.issueOpaque(some.claims()))));
    expect(warnings).toEqual([]);
  });
});

describe("a token that its issuer is asked about", () => {
  it("makes a caller of what the issuer says", async () => {
    const { as, clock, look } = await openFront({ inbound });
    const token = as.issueOpaque(some.claims({ scope: "a b", department: { name: "law" } }));
    const caller = await look(token);
    expect(caller).toMatchObject({ issuer: as.issuer, subject: the.alice, client: "web-shop" });
    expect([[...(caller?.scopes ?? [])], caller?.expiresAt]).toEqual([["a", "b"], clock.now() + 300_000]);
    expect(caller?.token?.value()).toBe(token);
    expect([Object.isFrozen(caller?.claims), Object.isFrozen(caller?.claims.department)]).toEqual([true, true]);
  });

  it("is refused within keepMs after it was revoked, and not before", async () => {
    const { as, clock, verdict } = await openFront({ inbound });
    const token = as.issueOpaque(some.claims());
    expect(await verdict(token)).toBe("accepted");
    as.revoke(token);
    clock.advance(29_999);
    expect([await verdict(token), as.count("introspection")]).toEqual(["accepted", 1]);
    clock.advance(1);
    expect([await verdict(token), as.count("introspection")]).toEqual(["inactive", 2]);
  });

  it("is refused at its end, though the answer may be used for longer", async () => {
    const { as, clock, verdict } = await openFront({ inbound, server: { lifeSeconds: 10 } });
    const token = as.issueOpaque(some.claims());
    expect(await verdict(token)).toBe("accepted");
    clock.advance(10_000);
    expect([await verdict(token), as.count("introspection")]).toEqual(["inactive", 2]);
  });

  it("ends with its answer when it has no end of its own", async () => {
    const { as, clock, look } = await openFront({ inbound });
    const caller = await look(as.issueOpaque(some.claims({ exp: undefined })));
    expect(caller?.expiresAt).toBe(clock.now() + 30_000);
  });

  it("is asked about once by a hundred at a time", async () => {
    const { as, verdict } = await openFront({ inbound });
    const token = as.issueOpaque(some.claims());
    const verdicts = await Promise.all(Array.from({ length: 100 }, () => verdict(token)));
    expect([new Set(verdicts), as.count("introspection")]).toEqual([new Set(["accepted"]), 1]);
  });

  it("is asked about apart from every other", async () => {
    const { as, look } = await openFront({ inbound });
    const subjects = Array.from({ length: 20 }, (_, index) => `person-${index}`);
    const tokens = subjects.map((sub) => as.issueOpaque(some.claims({ sub })));
    const callers = await Promise.all(tokens.map((token) => look(token)));
    expect(callers.map((caller) => caller?.subject)).toEqual(subjects);
  });
});

describe("a token that is not active", () => {
  it("is remembered for ten seconds", async () => {
    const { as, clock, verdict } = await openFront({ inbound });
    expect([await verdict("nobody-s"), await verdict("nobody-s")]).toEqual(["inactive", "inactive"]);
    expect(as.count("introspection")).toBe(1);
    clock.advance(9_999);
    await verdict("nobody-s");
    expect(as.count("introspection")).toBe(1);
    clock.advance(1);
    await verdict("nobody-s");
    expect(as.count("introspection")).toBe(2);
  });

  it("is refused to a hundred at a time by one question", async () => {
    const { as, verdict } = await openFront({ inbound });
    const verdicts = await Promise.all(Array.from({ length: 100 }, () => verdict("nobody-s")));
    expect([new Set(verdicts), as.count("introspection")]).toEqual([new Set(["inactive"]), 1]);
  });

  it("is not taken for one that another authenticator refused", async () => {
    const { as, verdict } = await openFront({
      inbound: {
        authenticators: {
          first: { type: "introspection", audience: "x", byRouteOnly: true },
          second: { type: "introspection", audience: the.clientId, byRouteOnly: true },
        },
      },
    });
    const token = as.issueOpaque(some.claims());
    expect(await verdict(token, { authenticators: "first" })).toBe("audience");
    expect(await verdict(token, { authenticators: "second" })).toBe("accepted");
  });
});

describe("an authorization server that cannot be asked", () => {
  it.each([
    ["is away", fault.drop()],
    ["answers 503", fault.status(503)],
    ["answers what is no JSON", fault.html()],
    ["does not say whether the token is active", fault.change({ active: undefined })],
  ])("%s: what it said serves to its end, then it is no verdict on the token", async (_case, broken) => {
    const { as, behalf, clock, verdict, receive } = await openFront({ inbound });
    const token = as.issueOpaque(some.claims());
    expect(await verdict(token)).toBe("accepted");
    as.faults.always("introspection", broken);
    clock.advance(29_999);
    expect(await verdict(token)).toBe("accepted");
    clock.advance(1);
    const error = await receive(token).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ name: "TokenUnreachableError" });
    expect(behalf.answer(error as Parameters<typeof behalf.answer>[0])).toMatchObject({ status: 503 });
    as.faults.clear();
    clock.advance(2_000);
    expect(await verdict(token)).toBe("accepted");
  });

  it("is away from the beginning: nobody is let in, nobody is refused", async () => {
    const records = recordEvents("behalf:inbound");
    const { as, verdict } = await openFront({ inbound });
    as.faults.always("introspection", fault.drop());
    expect(await verdict(as.issueOpaque(some.claims()))).toBe("BEHALF_TOKEN_UNREACHABLE");
    expect(records).toMatchObject([{ accepted: false, reason: undefined, code: "BEHALF_TOKEN_UNREACHABLE" }]);
  });

  it("says no to this API, which is the API's fault and not the caller's", async () => {
    const { as, behalf, receive } = await openFront({ inbound, root: { clientSecret: "wrong" } });
    const error = await receive(as.issueOpaque(some.claims())).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ name: "TokenRefusedError", error: "invalid_client" });
    expect(behalf.answer(error as Parameters<typeof behalf.answer>[0])).toMatchObject({ status: 500 });
  });

  it("is waited for by those who stay, when one of them hangs up", async () => {
    const { as, behalf, verdict } = await openFront({ inbound });
    const gate = as.hold("introspection");
    const token = as.issueOpaque(some.claims());
    let hangUp = (): void => {};
    const context = behalf.receive({
      rawHeaders: ["authorization", `Bearer ${token}`],
      setResponseHeader() {},
      onHangUp: (listener) => {
        hangUp = listener;
      },
    });
    const left = Promise.resolve(behalf.authenticateCaller(context)).then(
      () => "accepted",
      (error: Error) => error.name,
    );
    const staying = verdict(token);
    await vi.waitFor(() => expect(as.count("introspection")).toBe(1));
    hangUp();
    gate.release();
    expect([await left, await staying, as.count("introspection")]).toEqual(["AbortError", "accepted", 1]);
  });
});

describe("what the issuer says of a token", () => {
  it.each([
    ["without aud", { aud: undefined }, "audience"],
    ["with another aud", { aud: the.otherAudience }, "audience"],
    ["with an aud that looks alike", { aud: ["orders-apis", "ORDERS-API"] }, "audience"],
    ["with aud among others", { aud: [the.otherAudience, the.clientId] }, "accepted"],
    ["without iss", { iss: undefined }, "accepted"],
    ["with another iss", { iss: "https://evil.example" }, "issuer"],
    ["with an iss that is no text", { iss: ["https://evil.example"] }, "issuer"],
    ["with an end that is no number", { exp: "tomorrow" }, "BEHALF_TOKEN_UNREADABLE"],
    ["with an end that is past", { exp: 1 }, "expired"],
    ["with a beginning to come", { nbf: 99_999_999_999 }, "notYetValid"],
    ["of a refresh token", { token_type: "refresh_token" }, "typ"],
    ["of an ID token", { token_use: "id_token" }, "typ"],
    ["of a refresh token, as Keycloak writes it", { typ: "Refresh" }, "typ"],
    ["of an offline token, as Keycloak writes it", { typ: "Offline" }, "typ"],
    ["bound in an unknown way", { cnf: { "x5t#S512": "a" } }, "binding"],
    ["bound to nothing that is named", { cnf: {} }, "binding"],
    ["bound to a key", { cnf: { jkt: "a".repeat(43) } }, "binding"],
    ["of the type DPoP, and bound to nothing", { token_type: "DPoP" }, "binding"],
    ["bound to a certificate", { cnf: { "x5t#S256": "a".repeat(43) } }, "binding"],
  ])("%s: %o is %s", async (_case, members, verdict) => {
    const front = await openFront({ inbound });
    const token = front.as.issueOpaque(some.claims());
    front.as.faults.always("introspection", fault.change(members));
    expect(await front.verdict(token)).toBe(verdict);
    expect(await front.verdict(token)).toBe(verdict);
  });

  it("may name the issuer with a slash at its end, and is of the issuer that it names", async () => {
    const { as, look } = await openFront({ inbound });
    expect((await look(as.issueOpaque(some.claims({ iss: `${as.issuer}/` }))))?.issuer).toBe(`${as.issuer}/`);
    expect((await look(as.issueOpaque(some.claims({ iss: undefined }))))?.issuer).toBe(as.issuer);
  });
});

describe("introspection", () => {
  it("shows the credentials of this API, and its own token where it is to", async () => {
    const asClient = await openFront({ inbound });
    await asClient.look(asClient.as.issueOpaque(some.claims()));
    const byToken = await openFront({ inbound: { ...inbound, introspectionAuthorization: "bearer" } });
    await byToken.look(byToken.as.issueOpaque(some.claims()));
    const shown = [asClient, byToken].map(({ as }) => [
      as.requests.find(({ endpoint }) => endpoint === "introspection")?.headers.authorization?.split(" ")[0],
      as.count("token"),
    ]);
    expect(shown).toEqual([
      ["Basic", 0],
      ["Bearer", 1],
    ]);
  });

  it("by a token of its own uses one token for all callers", async () => {
    const { as, look } = await openFront({ inbound: { ...inbound, introspectionAuthorization: "bearer" } });
    for (const sub of [the.alice, the.bob]) await look(as.issueOpaque(some.claims({ sub })));
    expect([as.count("token"), as.count("introspection")]).toEqual([1, 2]);
  });

  it("does not reach for what cannot be a token", async () => {
    const { as, verdict } = await openFront({ inbound });
    expect(await verdict("a".repeat(32 * 1024 + 1))).toBe("tooLong");
    expect(as.requests).toEqual([]);
  });

  it("gives up on a server that takes the question and does not answer", { timeout: 15_000 }, async () => {
    const { as, verdict } = await openFront({ inbound });
    as.faults.always("introspection", fault.hang());
    expect(await verdict(as.issueOpaque(some.claims()))).toBe("BEHALF_TOKEN_TIMEOUT");
  });
});
