import { type Caller, type ConfigurationOptions, createBehalf, type InboundOptions, type RoutePolicy } from "behalf";
import { generateSecret, SignJWT } from "jose";
import { describe, expect, it } from "vitest";
import { type Clock, createClock } from "../support/clock.ts";
import { closeAfterTest, openRequest, toRoot } from "../support/open-behalf.ts";
import { recordEvents } from "../support/record-events.ts";
import { fault, type ScriptedAs } from "../support/scripted-as.ts";
import { some } from "../support/some.ts";
import { startAs } from "../support/start-servers.ts";
import { the } from "../support/the.ts";

interface Api {
  readonly as: ScriptedAs;
  readonly clock: Clock;
  /** Looks at a request with these headers, names and values in turn, or with this token. */
  look(request: string | readonly string[], policy?: RoutePolicy): Promise<Caller | undefined>;
}

async function startApi(inbound: Partial<InboundOptions> = {}, algorithm?: "RS256"): Promise<Api> {
  const clock = createClock();
  const as = await startAs({ clock, ...(algorithm ? { algorithm } : {}) });
  const options: ConfigurationOptions<object> = {
    ...toRoot(as),
    inbound: { audience: the.clientId, ...inbound },
    services: {},
  };
  const behalf = closeAfterTest(createBehalf({ ...options, environment: false, now: clock.now }));
  return {
    as,
    clock,
    async look(request, policy) {
      const rawHeaders = typeof request === "string" ? ["authorization", `Bearer ${request}`] : request;
      const context = behalf.receive({ rawHeaders, setResponseHeader() {}, onHangUp() {} });
      return behalf.authenticateCaller(context, policy);
    },
  };
}

const refusal = (reason: string): unknown => expect.objectContaining({ name: "CallerTokenError", reason });

describe("a caller's token", () => {
  it("makes a caller of what it says", async () => {
    const { as, clock, look } = await startApi();
    const caller = await look(await as.issue(some.claims({ scope: "a b", nested: { list: [1] } })));
    expect(caller).toMatchObject({ issuer: as.issuer, subject: the.alice, client: "web-shop" });
    expect([[...(caller?.scopes ?? [])], caller?.expiresAt]).toEqual([["a", "b"], clock.now() + 300_000]);
    expect(Object.isFrozen(caller?.claims.nested)).toBe(true);
  });

  it.each([
    ["azp for client_id", { client_id: undefined, azp: "web-shop" }, { client: "web-shop" }],
    ["no subject", { sub: undefined }, { subject: undefined }],
    ["a list in scp", { scope: undefined, scp: ["a", "b"] }, { scopes: expect.objectContaining({ size: 2 }) }],
    ["one audience of several", { aud: ["x", the.clientId] }, { subject: the.alice }],
  ])("may have %s", async (_case, claims, expected) => {
    const { as, look } = await startApi();
    expect(await look(await as.issue(some.claims(claims)))).toMatchObject(expected);
  });

  it.each([
    ["issuer", "another issuer", { iss: "https://evil.example" }],
    ["issuer", "no issuer", { iss: undefined }],
    ["audience", "another audience", { aud: the.otherAudience }],
    ["audience", "no audience", { aud: undefined }],
    ["claims", "no end", { exp: undefined }],
    ["claims", "an end that is no number", { exp: "tomorrow" }],
  ])("is refused for its %s when it has %s", async (reason, _case, claims) => {
    const { as, look } = await startApi();
    await expect(look(await as.issue(some.claims(claims)))).rejects.toThrow(refusal(reason));
  });

  it("may be for one of several audiences", async () => {
    const { as, look } = await startApi({ audience: ["other", "orders"] });
    expect(await look(await as.issue(some.claims({ aud: "orders" })))).toBeDefined();
    await expect(look(await as.issue(some.claims()))).rejects.toThrow(refusal("audience"));
  });

  it("is of the configured issuer, where one is configured", async () => {
    const { as, look } = await startApi({ issuer: "https://issuer.example" });
    expect(await look(await as.issue(some.claims({ iss: "https://issuer.example" })))).toBeDefined();
    await expect(look(await as.issue(some.claims()))).rejects.toThrow(refusal("issuer"));
  });

  it.each([
    ["a stranger's key", { key: "stranger" }, "signature"],
    ["a key that nobody published", { kid: "unknown" }, "unknownKey"],
  ] as const)("is refused when it is signed by %s", async (_case, choice, reason) => {
    const { as, look } = await startApi();
    await expect(look(await as.issue(some.claims(), choice))).rejects.toThrow(refusal(reason));
  });

  it("is refused when its payload was changed", async () => {
    const { as, look } = await startApi();
    const [header, , signature] = (await as.issue(some.claims())).split(".");
    const [, payload] = (await as.issue(some.claims({ sub: "root" }))).split(".");
    await expect(look(`${header}.${payload}.${signature}`)).rejects.toThrow(refusal("signature"));
  });

  it.each([
    ["opaque", "an-opaque-token"],
    ["half a JWT", "eyJhbGciOiJFUzI1NiJ9.e30"],
    ["no JSON", "e30.x.x"],
    ["encrypted", "eyJhbGciOiJkaXIiLCJlbmMiOiJBMTI4R0NNIn0.a.b.c.d"],
  ])("is refused when it is %s", async (_case, token) => {
    const { look } = await startApi();
    await expect(look(token)).rejects.toMatchObject({ code: "BEHALF_CALLER_TOKEN_INVALID", reason: "malformed" });
  });
});

describe("the algorithm", () => {
  const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const claimsAt = ({ as, clock }: Api): object =>
    some.claims({ iss: as.issuer, exp: Math.floor(clock.now() / 1000) + 60 });

  it.each(["none", "None"])("%s is refused", async (alg) => {
    const api = await startApi();
    await expect(api.look(`${encode({ alg, kid: "key-1" })}.${encode(claimsAt(api))}.`)).rejects.toThrow(
      refusal("algorithm"),
    );
  });

  it("HS256 over the public key is refused", async () => {
    const api = await startApi({}, "RS256");
    const jwks = await (await fetch(api.as.jwksUri)).text();
    const token = await new SignJWT({ ...claimsAt(api) })
      .setProtectedHeader({ alg: "HS256", kid: "key-1" })
      .sign(new TextEncoder().encode(jwks));
    await expect(api.look(token)).rejects.toThrow(refusal("algorithm"));
  });

  it("HS256 over any secret is refused", async () => {
    const api = await startApi();
    const token = await new SignJWT({ ...claimsAt(api) })
      .setProtectedHeader({ alg: "HS256" })
      .sign(await generateSecret("HS256"));
    await expect(api.look(token)).rejects.toThrow(refusal("algorithm"));
  });

  it("that is not on the list is refused", async () => {
    const { as, look } = await startApi({ algorithms: ["RS256"] });
    await expect(look(await as.issue(some.claims()))).rejects.toThrow(refusal("algorithm"));
  });
});

describe("the life of a token", () => {
  it.each([
    [4_999, true],
    [5_000, false],
  ])("ends five seconds late: %i ms past its end it is accepted: %s", async (pastMs, accepted) => {
    const { as, clock, look } = await startApi();
    const token = await as.issue(some.claims());
    clock.advance(300_000 + pastMs);
    const looked = look(token);
    if (accepted) expect(await looked).toBeDefined();
    else await expect(looked).rejects.toMatchObject({ code: "BEHALF_CALLER_TOKEN_EXPIRED" });
  });

  it.each([
    [5, true],
    [6, false],
  ])("begins five seconds early: %i s before nbf it is accepted: %s", async (seconds, accepted) => {
    const { as, clock, look } = await startApi();
    const looked = look(await as.issue(some.claims({ nbf: clock.now() / 1000 + seconds })));
    if (accepted) expect(await looked).toBeDefined();
    else await expect(looked).rejects.toThrow(refusal("notYetValid"));
  });

  it("has no tolerance when none is configured", async () => {
    const { as, clock, look } = await startApi({ clockToleranceMs: 0 });
    const token = await as.issue(some.claims());
    clock.advance(300_000);
    await expect(look(token)).rejects.toThrow(refusal("expired"));
  });
});

describe("where a token stands", () => {
  it.each([
    ["a bare token", (token: string) => token],
    ["Bearer", (token: string) => `bearer ${token}`],
  ])("may be a header of one's own: %s", async (_case, write) => {
    const { as, look } = await startApi({ authorizationHeader: "X-Access-Token" });
    const token = await as.issue(some.claims());
    expect(await look(["x-access-token", write(token)])).toMatchObject({ subject: the.alice });
    await expect(look(token)).rejects.toThrow(refusal("missing"));
  });

  it.each([
    ["twice", ["authorization", "Bearer a", "Authorization", "Bearer a"], "BEHALF_CALLER_REQUEST_INVALID"],
    ["behind Basic", ["authorization", "Basic eDp5"], "BEHALF_CALLER_TOKEN_MISSING"],
    ["nowhere", [], "BEHALF_CALLER_TOKEN_MISSING"],
  ])("is not %s", async (_case, rawHeaders, code) => {
    const { look } = await startApi();
    await expect(look(rawHeaders)).rejects.toMatchObject({ code });
  });
});

describe("an anonymous route", () => {
  const anonymous = { anonymous: true };

  it("lets a request without a token in, without a caller", async () => {
    const records = recordEvents("behalf:inbound");
    const { as, look } = await startApi();
    expect(await look([], anonymous)).toBeUndefined();
    expect(records).toMatchObject([{ accepted: true, remembered: false }]);
    expect(as.requests).toHaveLength(0);
  });

  it("knows the caller when a valid token came", async () => {
    const { as, look } = await startApi();
    expect(await look(await as.issue(some.claims()), anonymous)).toMatchObject({ subject: the.alice });
  });

  it.each([
    ["an invalid token", ["authorization", "Bearer opaque"], "malformed"],
    ["credentials of another kind", ["authorization", "Basic eDp5"], "scheme"],
    ["two tokens", ["authorization", "Bearer a", "authorization", "Bearer b"], "twoTokens"],
  ])("refuses %s", async (_case, rawHeaders, reason) => {
    const { look } = await startApi();
    await expect(look(rawHeaders, anonymous)).rejects.toThrow(refusal(reason));
  });
});

describe("required scopes", () => {
  it("must all be there, each time", async () => {
    const records = recordEvents("behalf:inbound");
    const { as, look } = await startApi({ requiredScopes: "orders audit" });
    const narrow = await as.issue(some.claims({ scope: "orders" }));
    for (const _ of [1, 2]) {
      await expect(look(narrow)).rejects.toMatchObject({
        code: "BEHALF_CALLER_SCOPE_MISSING",
        neededScopes: ["orders", "audit"],
      });
    }
    expect(await look(await as.issue(some.claims({ scope: "audit more orders" })))).toBeDefined();
    expect(records.map(({ accepted, remembered }) => [accepted, remembered])).toEqual([
      [false, false],
      [false, true],
      [true, false],
    ]);
  });
});

describe("an authorization server that is away at first", () => {
  it("is no verdict on the token, and is asked again after two seconds", async () => {
    const { as, clock, look } = await startApi();
    const token = await as.issue(some.claims());
    as.faults.always("jwks", fault.status(500));
    await expect(look(token)).rejects.toMatchObject({ code: "BEHALF_TOKEN_UNREACHABLE" });
    as.faults.clear();
    clock.advance(2_000);
    expect(await look(token)).toBeDefined();
  });

  it("is asked for its metadata again", async () => {
    const { as, clock, look } = await startApi({ issuer: "https://issuer.example" });
    const token = await as.issue(some.claims({ iss: "https://issuer.example" }));
    as.faults.always("metadata", fault.status(404));
    await expect(look(token)).rejects.toMatchObject({ name: "TokenUnreachableError" });
    as.faults.clear();
    clock.advance(2_000);
    expect(await look(token)).toBeDefined();
  });

  it.each([
    ["no metadata", "metadata", fault.status(404)],
    ["metadata without keys", "metadata", fault.change({ jwks_uri: undefined })],
    ["keys that are no JSON", "jwks", fault.html()],
    ["keys that are no key set", "jwks", fault.change({ keys: "none" })],
    ["keys that are too many", "jwks", fault.hugeBody()],
    ["a lost connection", "jwks", fault.drop()],
  ] as const)("gives %s, and the answer is not 401", async (...[, endpoint, broken]) => {
    const { as, look } = await startApi();
    as.faults.always(endpoint, broken);
    await expect(look(await as.issue(some.claims()))).rejects.toMatchObject({ name: "TokenUnreachableError" });
  });

  it("is asked once for all who wait", async () => {
    const { as, look } = await startApi();
    const tokens = await Promise.all(Array.from({ length: 20 }, () => as.issue(some.claims())));
    await Promise.all(tokens.map((token) => look(token)));
    expect([as.count("metadata"), as.count("jwks")]).toEqual([1, 1]);
  });
});

it("notes the caller in the request", async () => {
  const as = await startAs();
  const behalf = closeAfterTest(createBehalf({ ...toRoot(as), services: {} }));
  const { context } = openRequest(behalf, { authorization: `Bearer ${await as.issue(some.claims())}` });
  const caller = await behalf.authenticateCaller(context);
  expect(context.caller).toBe(caller);
});
