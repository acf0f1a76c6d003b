import { type ClaimsTransformation, type IdentityOptions, MultiStringValue, type Principal } from "behalf";
import { describe, expect, it } from "vitest";
import { recordEvents } from "../../support/record-events.ts";
import { some } from "../../support/some.ts";
import { the } from "../../support/the.ts";
import { type Front, openFront } from "./open-front.ts";

const withIdentity = (identity: IdentityOptions): Promise<Front> => openFront({ inbound: { identity } });

async function principalOf(front: Front, claims: Readonly<Record<string, unknown>> = {}): Promise<Principal> {
  const caller = await front.look(await front.as.issue(some.claims(claims)));
  if (!caller) throw new Error("Nobody came");
  return caller.principal;
}

describe("the principal", () => {
  it("tells the person whom the token is of", async () => {
    const person = { given_name: "Alice", family_name: "Liddell", email: "alice@example.com" };
    const principal = await principalOf(await openFront(), { name: "Alice P. Liddell", ...person });
    expect(principal).toMatchObject({ subject: the.alice, name: "Alice P. Liddell", isSystem: false, source: "token" });
    expect([principal.firstName, principal.lastName, principal.email]).toEqual(["Alice", "Liddell", person.email]);
    expect([...principal.scopes]).toEqual(["orders"]);
  });

  it.each([
    ["both names", { given_name: "Alice", family_name: "Liddell", preferred_username: "al" }, "Alice Liddell"],
    ["the first name", { given_name: "Alice" }, "Alice"],
    ["the last name", { family_name: "Liddell" }, "Liddell"],
    ["what she calls herself", { preferred_username: "al" }, "al"],
    ["nothing", {}, undefined],
    ["no empty text", { name: "", given_name: "", preferred_username: "al" }, "al"],
    ["no number", { name: 7 }, undefined],
  ])("has %s for a name, where the token has no other", async (_case, claims, name) => {
    expect((await principalOf(await openFront(), claims)).name).toBe(name);
  });

  it.each([
    ["its subject is its client", { sub: "web-shop" }, true],
    ["Entra says so", { idtyp: "app" }, true],
    ["Auth0 says so", { gty: "client-credentials" }, true],
    ["it says so itself", { userType: "system" }, true],
    ["nothing says so", {}, false],
  ])("is a system where %s", async (_case, claims, isSystem) => {
    expect((await principalOf(await openFront(), claims)).isSystem).toBe(isSystem);
  });

  it("is a system where the configuration says so", async () => {
    const front = await openFront({ root: { isSystemCaller: ({ subject }) => subject === the.alice } });
    expect([(await principalOf(front)).isSystem, (await principalOf(front, { sub: the.bob })).isSystem]).toEqual([
      true,
      false,
    ]);
  });

  it("names who acts for whom, the present actor first", async () => {
    const act = { sub: "gateway", client_id: "gw", iss: "https://as.example", act: { azp: "shop" } };
    expect((await principalOf(await openFront(), { act })).actors).toEqual([
      { subject: "gateway", client: "gw", issuer: "https://as.example" },
      { subject: undefined, client: "shop", issuer: undefined },
    ]);
  });

  it("follows the actors to the sixteenth", async () => {
    const act = Array.from({ length: 20 }).reduce<object>(
      (inner, _, index) => ({ sub: `actor-${index}`, act: inner }),
      {},
    );
    const { actors } = await principalOf(await openFront(), { act });
    expect([actors.length, actors[0]?.subject, Object.isFrozen(actors)]).toEqual([16, "actor-19", true]);
  });

  it.each([
    ["a text", "gateway"],
    ["a list", [{ sub: "gateway" }]],
    ["null", null],
  ])("has no actors where act is %s", async (_case, act) => {
    expect((await principalOf(await openFront(), { act })).actors).toEqual([]);
  });

  it("cannot be changed by one request for the next", async () => {
    const front = await openFront();
    const token = await front.as.issue(some.claims({ roles: { list: ["reader"] } }));
    const principal = (await front.look(token))?.principal;
    expect(() => Object.assign(principal?.claims ?? {}, { roles: "admin" })).toThrow(TypeError);
    expect(() => Object.assign(Reflect.get(principal?.claims.roles ?? {}, "list"), { 0: "admin" })).toThrow(TypeError);
    expect((await front.look(token))?.principal.claims.roles).toEqual({ list: ["reader"] });
  });
});

describe("transformations", () => {
  const add =
    (name: string, log: string[] = []): ClaimsTransformation =>
    async (principal) => {
      log.push(name);
      return principal.withClaims({ trail: [...[principal.claims.trail ?? []].flat(), name] });
    };

  it("are applied in order, each to what the one before gave", async () => {
    const front = await withIdentity({ transformations: [add("first"), add("second"), add("third")] });
    expect((await principalOf(front)).claims.trail).toEqual(["first", "second", "third"]);
  });

  it("are applied once for a token, and again after keepMs", async () => {
    const log: string[] = [];
    const front = await withIdentity({ transformations: [add("run", log)], keepMs: 1_000 });
    const token = await front.as.issue(some.claims());
    await front.look(token);
    front.clock.advance(999);
    await front.look(token);
    expect(log).toHaveLength(1);
    front.clock.advance(1);
    const principal = (await front.look(token))?.principal;
    expect([log.length, principal?.claims.trail]).toEqual([2, ["run"]]);
  });

  it("are applied once for all who show a new token at the same time", async () => {
    const log: string[] = [];
    const front = await withIdentity({ transformations: [add("run", log)] });
    const token = await front.as.issue(some.claims());
    await Promise.all(Array.from({ length: 20 }, () => front.look(token)));
    expect(log).toHaveLength(1);
  });

  it("are given the caller as its token says", async () => {
    const front = await withIdentity({
      transformations: [(principal, { client, tenant }) => principal.withClaims({ client, tenant: tenant ?? "none" })],
    });
    expect((await principalOf(front)).claims).toMatchObject({ client: "web-shop", tenant: "none" });
  });

  it("fail the request by throwing, tell nobody what, and are tried again with the next one", async () => {
    const failure = new RangeError("the directory dir-7 is away");
    let broken = true;
    const front = await withIdentity({
      transformations: [
        (principal) => {
          if (broken) throw failure;
          return principal;
        },
      ],
    });
    const token = await front.as.issue(some.claims());
    const refused = expect.objectContaining({
      configPath: "inbound.identity.transformations.0",
      message: expect.not.stringContaining("dir-7"),
    });
    await expect(front.look(token)).rejects.toEqual(refused);
    await expect(front.look(token, { anonymous: true })).rejects.toEqual(refused);
    broken = false;
    expect(await front.verdict(token)).toBe("accepted");
  });

  it("fail a request of a token that was let in before", async () => {
    let broken = false;
    const front = await withIdentity({
      keepMs: 1_000,
      transformations: [async (principal) => (broken ? Promise.reject(new RangeError("away")) : principal)],
    });
    const token = await front.as.issue(some.claims());
    expect(await front.verdict(token)).toBe("accepted");
    broken = true;
    front.clock.advance(1_000);
    expect(await front.verdict(token)).toBe("BEHALF_CONFIG_INVALID");
  });

  it("let nobody in who is given no principal", async () => {
    const front = await withIdentity({ transformations: [(() => undefined) as never] });
    expect(await front.verdict(await front.as.issue(some.claims()))).toBe("BEHALF_CONFIG_INVALID");
  });

  it("take scopes away and never add one", async () => {
    const front = await withIdentity({
      transformations: [
        (principal) => principal.withScopes("orders admin"),
        (principal) => principal.withScopes(["admin"]),
      ],
    });
    expect((await principalOf(front, { scope: "orders audit" })).scopes).toEqual(MultiStringValue.empty);
    expect(await front.verdict(await front.as.issue(some.claims()), { scopes: "admin" })).toBe("scope");
  });

  it("change neither who the subject is, nor what the token is known to say", async () => {
    const front = await withIdentity({
      transformations: [(principal) => principal.withClaims({ sub: "root", acr: "gold", scope: "admin" })],
    });
    const token = await front.as.issue(some.claims());
    const caller = await front.look(token);
    expect([caller?.principal.subject, caller?.claims.sub, [...(caller?.principal.scopes ?? [])]]).toEqual([
      the.alice,
      the.alice,
      ["orders"],
    ]);
    expect(await front.verdict(token, { acrValues: "gold" })).toBe("authentication");
  });

  it("are seen by guards", async () => {
    const front = await withIdentity({
      transformations: [(principal) => principal.withClaims({ department: "law" }).withScopes("none")],
    });
    const token = await front.as.issue(some.claims());
    expect(await front.verdict(token, { claims: { department: "law" } })).toBe("accepted");
    expect(await front.verdict(token, { scopes: "orders" })).toBe("scope");
  });

  it("belong to the token: what one adds for alice, bob does not have", async () => {
    const front = await withIdentity({
      transformations: [async (principal) => principal.withClaims({ owner: principal.subject })],
    });
    const people = Array.from({ length: 20 }, (_, index) => `person-${index}`);
    const principals = await Promise.all(people.map((sub) => principalOf(front, { sub })));
    expect(principals.map(({ claims }) => claims.owner)).toEqual(people);
  });

  it("leave no record where all is well", async () => {
    const records = recordEvents("behalf:identity");
    await principalOf(await withIdentity({ transformations: [add("run")] }));
    expect(records).toEqual([]);
  });
});
