import { type CallTokenOptions, createBehalf, HttpClientOptions } from "behalf";
import { describe, expect, it } from "vitest";
import { closeAfterTest } from "../../support/open-behalf.ts";
import { readClaims, readForm } from "../../support/read-claims.ts";
import { fault } from "../../support/scripted-as.ts";
import { the } from "../../support/the.ts";
import { exchanging, openWorld } from "./open-world.ts";

const payment = { type: "payment", instructedAmount: { currency: "EUR", amount: "12.50" } };
const refund = { type: "refund" };

interface Sample {
  readonly one: CallTokenOptions;
  readonly other: CallTokenOptions;
  /** What the token request of `one` says. */
  readonly form: Readonly<Record<string, string | null>>;
}

const samples: Readonly<Record<string, Sample>> = {
  scope: {
    one: { scope: "stock:write" },
    other: { scope: ["stock:write", "stock:audit"] },
    form: { scope: "stock:write" },
  },
  "no scope": { one: { scope: "" }, other: { scope: "x" }, form: { scope: null } },
  audience: { one: { audience: "shipping" }, other: { audience: "billing" }, form: { audience: "shipping" } },
  resource: {
    one: { resource: "https://a.example.com/" },
    other: { resource: "https://b.example.com/" },
    form: { resource: "https://a.example.com/", audience: the.audience },
  },
  authorizationDetails: {
    one: { authorizationDetails: [payment] },
    other: { authorizationDetails: [refund] },
    form: { authorization_details: JSON.stringify([payment]) },
  },
  extraParameters: {
    one: { extraParameters: { region: "eu", "login hint": "a&b=c" } },
    other: { extraParameters: { region: "us" } },
    form: { region: "eu", "login hint": "a&b=c", flow: "usual" },
  },
  "an extra parameter that is configured": {
    one: { extraParameters: { flow: "special" } },
    other: { extraParameters: { flow: "other" } },
    form: { flow: "special" },
  },
  tenant: { one: { tenant: "acme" }, other: { tenant: "globex" }, form: { audience: the.audience } },
};

/** An instance whose service has a scope, an extra parameter and tenants, in a request of alice. */
async function open(grantType: "tokenExchange" | "clientCredentials" = "tokenExchange") {
  const world = await openWorld();
  const { url: host } = world.backend;
  const auth = { grantType, scope: the.scope, extraParameters: { flow: "usual" } } as const;
  const behalf = closeAfterTest(
    createBehalf({
      ...world.root,
      audience: exchanging.audience,
      // Nothing but the name is another: one tenant's token is not for another's work all the same.
      tenants: { acme: {}, globex: {} },
      services: { inventory: { host, ...auth } },
    }),
  );
  const alice = await world.receive(behalf);
  const call = (options: CallTokenOptions = {}) =>
    alice.run(() => behalf.service("inventory").get("/", options).unwrap());
  return { ...world, behalf, alice, call };
}

/** What the token request of a call says that says nothing itself. */
const usual = {
  audience: the.audience,
  scope: the.scope,
  flow: "usual",
  authorization_details: null,
  resource: null,
  region: null,
  "login hint": null,
};
const pick = (form: URLSearchParams, names: object): unknown =>
  Object.fromEntries(Object.keys(names).map((name) => [name, form.get(name)]));

describe.each(Object.entries(samples))("a call's own %s", (name, { one, other, form }) => {
  it.each(["tokenExchange", "clientCredentials"] as const)("is in the token request, by %s", async (grantType) => {
    const { as, call } = await open(grantType);
    await call(one);
    expect(pick(as.tokenRequest().form, form)).toEqual(form);
  });

  it.each(["tokenExchange", "clientCredentials"] as const)(
    "is what the token is kept under, by %s",
    async (grantType) => {
      const { as, backend, call } = await open(grantType);
      for (const options of [one, other, one, other, {}, one]) await call(options);
      expect(as.count("token")).toBe(3);
      const [first, second, third, fourth, fifth, sixth] = backend.requests.map(({ token }) => token);
      expect([third, fourth, sixth]).toEqual([first, second, first]);
      expect(new Set([first, second, fifth]).size).toBe(3);
    },
  );

  // AzureAD/microsoft-identity-web#3919: what one call asked for went into the next one's request.
  it("does not go into the next call", async () => {
    const { as, call } = await open();
    await call(one);
    await call();
    expect(pick(as.tokenRequest().form, usual)).toEqual(usual);
    await call({ forceAuthorization: true });
    expect(pick(as.tokenRequest().form, usual)).toEqual(usual);
  });

  it("does not go into a call at the same time", async () => {
    const { as, call } = await open();
    await Promise.all([call(one), call(), call(other), call(one), call()]);
    expect(as.count("token")).toBe(3);
    const forms = as.tokenRequests.map((request) => JSON.stringify(pick(request.form, usual)));
    // A tenant that says nothing itself asks in the usual words.
    expect(forms.filter((sent) => sent === JSON.stringify(usual))).toHaveLength(name === "tenant" ? 3 : 1);
  });
});

describe("details of an authorization", () => {
  it("come back in the token", async () => {
    const { backend, call } = await open();
    await call({ authorizationDetails: [payment, refund] });
    expect(readClaims(backend.request().token).authorization_details).toEqual([payment, refund]);
  });

  it("take the place of those that are configured", async () => {
    const world = await openWorld();
    const inventory = { host: world.backend.url, ...exchanging, authorizationDetails: [payment] };
    const behalf = closeAfterTest(createBehalf({ ...world.root, services: { inventory } }));
    const alice = await world.receive(behalf);
    const call = (options: CallTokenOptions) => alice.run(() => behalf.service("inventory").get("/", options).unwrap());
    await call({});
    await call({ authorizationDetails: [refund] });
    const details = world.backend.requests.map(({ token }) => readClaims(token).authorization_details);
    expect(details).toEqual([[payment], [refund]]);
  });
});

describe("forceAuthorization", () => {
  it.each(["tokenExchange", "clientCredentials"] as const)(
    "asks for a token that no call has had, by %s",
    async (grantType) => {
      const { as, backend, call } = await open(grantType);
      await call();
      await call({ forceAuthorization: true });
      await call();
      const [first, second, third] = backend.requests.map(({ token }) => token);
      expect(as.count("token")).toBe(2);
      expect([second === first, third === second]).toEqual([false, true]);
    },
  );

  it("does not fall back to the token in memory", async () => {
    const { as, call } = await open();
    await call();
    as.faults.always("token", fault.oauthError("invalid_grant"));
    await expect(call({ forceAuthorization: true })).rejects.toMatchObject({ code: "BEHALF_TOKEN_REFUSED" });
  });

  it("is one of the client's options too", async () => {
    const { as, behalf, alice, call } = await open();
    await call();
    const { authConfig } = behalf.service("inventory");
    const clientOptions = new HttpClientOptions({ authConfig }).withForceAuthorization();
    await alice.run(() => behalf.service("inventory").get("/", { clientOptions }).unwrap());
    await call();
    expect(as.count("token")).toBe(2);
  });
});

describe("all of them together", () => {
  it("are in one token request", async () => {
    const { as, call } = await open();
    const { one: details } = samples.authorizationDetails ?? { one: {} };
    const options = { scope: "a b", audience: "shipping", resource: "https://a.example.com/", ...details };
    await call({ ...options, extraParameters: { region: "eu" }, tenant: "acme", forceAuthorization: true });
    expect(readForm(as.tokenRequest().form)).toMatchObject({
      scope: "a b",
      audience: "shipping",
      resource: "https://a.example.com/",
      authorization_details: JSON.stringify([payment]),
      region: "eu",
      flow: "usual",
    });
  });
});

describe("no extra parameters of a call's own", () => {
  it("take away none of the configured ones", async () => {
    const { as, call } = await open();
    await call({ extraParameters: {} });
    expect(pick(as.tokenRequest().form, usual)).toEqual(usual);
  });
});

describe("the order of scopes", () => {
  it("makes no other token", async () => {
    const { as, call } = await open();
    await call({ scope: "a b" });
    await call({ scope: ["b", "a"] });
    expect(as.count("token")).toBe(1);
  });
});
