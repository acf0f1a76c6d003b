import { ConfigurationError } from "behalf";
import { describe, expect, it } from "vitest";
import { createClock } from "../../support/clock.ts";
import { fault, type ScriptedAs } from "../../support/scripted-as.ts";
import { some } from "../../support/some.ts";
import { startAs } from "../../support/start-servers.ts";
import { the } from "../../support/the.ts";
import { openFront } from "../inbound/open-front.ts";

const logoutEvent = "http://schemas.openid.net/event/backchannel-logout";

function issueLogout(as: ScriptedAs, claims: Readonly<Record<string, unknown>> = {}): Promise<string> {
  const events = { [logoutEvent]: {} };
  const jti = crypto.randomUUID();
  return as.issue(some.claims({ scope: undefined, client_id: undefined, events, jti, ...claims }), {
    typ: "logout+jwt",
  });
}

const wrongSetting = (configPath: string): unknown =>
  expect.objectContaining({ name: ConfigurationError.name, configPath });

describe("an authority with {tenant}", () => {
  const tenants = { tenant1: {}, tenant2: {} };

  it.each([
    ["issuer", (as: ScriptedAs) => ({ issuer: [`${as.url}/tenant1`, `${as.url}/tenant2`] }), "inbound.issuer"],
    ["issuerTemplate", (as: ScriptedAs) => ({ issuerTemplate: `${as.url}/{tenantid}` }), "inbound.issuerTemplate"],
    ["backchannelLogout", () => ({ backchannelLogout: true }), "inbound.backchannelLogout"],
  ] as const)("takes no %s, which would be every tenant's", async (_case, inbound, path) => {
    const as = await startAs({ issuerPath: "/tenant1" });
    const opening = openFront({ as, root: { authority: `${as.url}/{tenant}`, tenants }, inbound: inbound(as) });
    await expect(opening).rejects.toEqual(wrongSetting(path));
  });

  it("says of pinned keys' tokens no tenant", async () => {
    const as = await startAs({ issuerPath: "/tenant1" });
    const issuer = [`${as.url}/tenant1`, `${as.url}/tenant2`];
    const keys = { keys: as.publicKeys() };
    const root = { authority: `${as.url}/{tenant}`, tenants };
    const { look } = await openFront({ as, root, inbound: { issuer, keys } });
    const caller = await look(await as.issue(some.claims({ iss: `${as.url}/tenant2` })));
    expect([caller?.issuer, caller?.tenant]).toEqual([`${as.url}/tenant2`, undefined]);
  });
});

describe("the end of a session", () => {
  it("reaches an opaque token whose issuer has a slash at its end", async () => {
    const clock = createClock();
    const as = await startAs({ clock });
    as.faults.always("metadata", fault.change({ issuer: `${as.issuer}/` }));
    const inbound = { type: "introspection", backchannelLogout: true } as const;
    const { verdict, behalf } = await openFront({ as, clock, inbound });
    const token = as.issueOpaque(some.claims({ iss: undefined, iat: Math.floor(clock.now() / 1000) }));
    expect(await verdict(token)).toBe("accepted");
    clock.advance(2_000);
    await behalf.inbound.logOut(await issueLogout(as, { iss: `${as.issuer}/` }));
    expect(await verdict(token)).toBe("revoked");
  });

  it("reaches tokens under each name of the issuer, and is told under each", async () => {
    const clock = createClock();
    const as = await startAs({ clock });
    const second = "https://sts.example.com/";
    const inbound = { issuer: [as.issuer, second], backchannelLogout: true };
    const { verdict, behalf } = await openFront({ as, clock, inbound });
    const tokens = [await as.issue(some.claims({ iss: second })), await as.issue(some.claims({ sub: "bob" }))];
    expect(await Promise.all(tokens.map((token) => verdict(token)))).toEqual(["accepted", "accepted"]);
    clock.advance(2_000);
    await behalf.inbound.logOut(await issueLogout(as));
    await behalf.inbound.logOut(await issueLogout(as, { iss: second, sub: "bob" }));
    expect(await Promise.all(tokens.map((token) => verdict(token)))).toEqual(["revoked", "revoked"]);
  });

  it("reaches a caller about whom a question is under way", async () => {
    let release = (): void => {};
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const authenticate = async () => {
      await gate;
      return { subject: the.alice };
    };
    const { verdict, behalf, clock } = await openFront({ inbound: { type: "custom", authenticate } });
    const pending = verdict("key-1");
    await new Promise((resolve) => setImmediate(resolve));
    behalf.inbound.evict({ subject: the.alice });
    clock.advance(1_100);
    release();
    expect(await pending).toBe("revoked");
  });
});

it("an eviction reaches an opaque token about which a question is under way", async () => {
  const { as, verdict, behalf, clock } = await openFront({ inbound: { type: "introspection" } });
  const token = as.issueOpaque(some.claims());
  const gate = as.hold("introspection");
  const pending = verdict(token);
  await gate.arrived(1);
  behalf.inbound.evict({ subject: the.alice });
  clock.advance(1_100);
  gate.release();
  expect(await pending).toBe("revoked");
});

it("userinfo says nothing of how the caller signed in, or who acts", async () => {
  const { as, look } = await openFront({ inbound: { identity: { source: "userInfo" } } });
  as.setUserInfo(the.alice, { acr: "gold", act: { sub: "mallory" }, scope: "admin", nickname: "Al" });
  const caller = await look(await as.issue(some.claims({ scope: "openid" })));
  expect(caller?.principal.claims).toMatchObject({ nickname: "Al", scope: "openid" });
  expect([caller?.principal.claims.acr, caller?.principal.actors]).toEqual([undefined, []]);
});
