import type { AnyBehalf } from "behalf/fastify";
import { describe, expect, it } from "vitest";
import { the } from "../support/the.ts";
import type { ContractRoute, StartApi } from "./api-under-test.ts";
import { type MakeRoutes, openOrdersApi } from "./open-orders-api.ts";

const tellCaller = async (behalf: AnyBehalf): Promise<unknown> => {
  const caller = behalf.context.current()?.caller;
  return { subject: caller?.subject ?? "nobody", authenticator: caller?.authenticator };
};

const oneRoute =
  (policy: NonNullable<ContractRoute["policy"]>): MakeRoutes =>
  (behalf) => [{ method: "GET", path: "/guarded", policy, handler: () => tellCaller(behalf) }];

const answered = async (response: Response): Promise<readonly unknown[]> => [
  response.status,
  response.headers.get("www-authenticate"),
];

const now = (): number => Math.floor(Date.now() / 1000);

function testGuards(start: StartApi): void {
  it.each([
    ["scopes", { scopes: "orders audit" }, { scope: "audit orders more" }],
    ["a claim", { claims: { department: "sales" } }, { department: "sales" }],
    ["one of a claim's values", { claims: { roles: ["admin", "clerk"] } }, { roles: ["guest", "clerk"] }],
    ["a way of signing in", { acrValues: "gold platinum" }, { acr: "platinum" }],
    ["a person who has just signed in", { maxAgeMs: 60_000 }, { auth_time: now() - 5 }],
    ["a system", { identity: "system" }, { sub: "web-shop" }],
    ["a person", { identity: "person" }, {}],
  ] as const)("let a caller in who has %s", async (_case, policy, claims) => {
    const { ask, tokenOf } = await openOrdersApi(start, oneRoute(policy));
    expect((await ask("/guarded", await tokenOf(the.alice, claims))).status).toBe(200);
  });
}

function testGuardsThatRefuse(start: StartApi): void {
  it.each([
    ["a scope", { scopes: "orders audit" }, {}, 403, 'Bearer error="insufficient_scope", scope="orders audit"'],
    ["a claim", { claims: { department: "sales" } }, { department: "sale" }, 403, null],
    ["any of a claim's values", { claims: { roles: ["admin"] } }, { roles: ["guest"] }, 403, null],
    [
      "the way of signing in",
      { acrValues: "gold platinum" },
      { acr: "silver" },
      401,
      'Bearer error="insufficient_user_authentication", acr_values="gold platinum"',
    ],
    [
      "a recent sign-in",
      { maxAgeMs: 60_000 },
      { auth_time: now() - 70 },
      401,
      'Bearer error="insufficient_user_authentication", max_age="60"',
    ],
    [
      "a time of signing in",
      { maxAgeMs: 60_000 },
      {},
      401,
      'Bearer error="insufficient_user_authentication", max_age="60"',
    ],
    ["a system behind it", { identity: "system" }, {}, 403, null],
    ["a person behind it", { identity: "person" }, { sub: "web-shop" }, 403, null],
  ] as const)("refuse a caller who lacks %s", async (...[, policy, claims, status, challenge]) => {
    const { ask, tokenOf } = await openOrdersApi(start, oneRoute(policy));
    expect(await answered(await ask("/guarded", await tokenOf(the.alice, claims)))).toEqual([status, challenge]);
  });

  it("refuse again when the token is remembered", async () => {
    const { ask, tokenOf } = await openOrdersApi(start, (behalf) => [
      ...oneRoute({ scopes: "audit" })(behalf),
      { method: "GET", path: "/open", handler: () => tellCaller(behalf) },
    ]);
    const headers = await tokenOf(the.alice);
    const statuses = [];
    for (const path of ["/open", "/guarded", "/open", "/guarded"]) statuses.push((await ask(path, headers)).status);
    expect(statuses).toEqual([200, 403, 200, 403]);
  });
}

const authenticators = {
  staff: { audience: the.clientId },
  partners: { audience: "partner-api", byRouteOnly: true },
  keys: {
    type: "custom",
    authorizationHeader: "x-api-key",
    authenticate: async ({ credential }: { credential: { value(): string } }) =>
      credential.value() === "key-1" ? { subject: "robot", scopes: "orders" } : undefined,
  },
} as const;

const routes: MakeRoutes = (behalf) => [
  { method: "GET", path: "/staff", handler: () => tellCaller(behalf) },
  {
    method: "GET",
    path: "/partners",
    policy: { authenticators: "partners" },
    handler: () => tellCaller(behalf),
  },
];

function testAuthenticators(start: StartApi): void {
  it("open one route each: a token that was validated for one is refused on the other", async () => {
    const { ask, tokenOf } = await openOrdersApi(start, routes, { inbound: { authenticators } });
    const staff = await tokenOf(the.alice);
    const partner = await tokenOf(the.alice, { aud: "partner-api" });
    const statuses = [];
    for (const path of ["/staff", "/partners", "/staff", "/partners"]) {
      statuses.push((await ask(path, staff)).status, (await ask(path, partner)).status);
    }
    expect(statuses).toEqual([200, 401, 401, 200, 200, 401, 401, 200]);
  });

  it("tell who accepted the caller", async () => {
    const { ask } = await openOrdersApi(start, routes, { inbound: { authenticators } });
    const answer = await ask("/staff", { "x-api-key": "key-1" });
    expect(await answer.json()).toEqual({ subject: "robot", authenticator: "keys" });
    expect((await ask("/staff", { "x-api-key": "key-2" })).status).toBe(401);
  });

  it("take no two credentials at once", async () => {
    const { ask, tokenOf } = await openOrdersApi(start, routes, { inbound: { authenticators } });
    const both = { ...(await tokenOf(the.alice)), "x-api-key": "key-1" };
    expect(await answered(await ask("/staff", both))).toEqual([400, 'Bearer error="invalid_request"']);
  });

  it("exchange nothing on behalf of a caller who showed no token", async () => {
    const { as, ask } = await openOrdersApi(
      start,
      (behalf) => [
        { method: "GET", path: "/orders", handler: () => behalf.service("inventory").get("/any").json().unwrap() },
      ],
      { inbound: { authenticators } },
    );
    expect((await ask("/orders", { "x-api-key": "key-1" })).status).toBe(401);
    expect(as.count("token")).toBe(0);
  });
}

/** What a route asks of its callers. */
export function testRoutes(start: StartApi): void {
  describe("guards", () => {
    testGuards(start);
    testGuardsThatRefuse(start);
  });
  describe("authenticators", () => testAuthenticators(start));
}
