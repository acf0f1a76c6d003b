import { the } from "../../support/the.ts";
import { refused } from "../expected.ts";
import type { HostileCase, Members, Surroundings, Theme } from "../vocabulary.ts";
import { turn } from "./signatures.ts";

/** The subject whose tokens of before are revoked, and the session. */
export const evicted = { subject: "mallory", sessionId: "session-of-mallory" } as const;

const invalid: readonly HostileCase[] = [
  {
    name: "anonymous route: an expired token",
    make: { claims: ({ now }) => ({ exp: now - 60 }) },
    expect: refused.expired,
  },
  { name: "anonymous route: a token of a stranger", make: { key: "stranger" }, expect: refused.signature },
  { name: "anonymous route: an opaque token", make: { compact: () => "opaque" }, expect: refused.malformed },
  {
    name: "anonymous route: Basic",
    make: { request: (head) => ({ ...head, headers: [["Authorization", "Basic eDp5"]] }) },
    expect: refused.scheme,
  },
  {
    name: "anonymous route: two tokens",
    make: { request: (head) => ({ ...head, headers: [...head.headers, ["Authorization", "Bearer x"]] }) },
    expect: refused.twoTokens,
  },
  {
    name: "anonymous route: revoked",
    make: { claims: { sub: evicted.subject } },
    expect: refused.revoked,
  },
];

const anonymous = invalid.map((one) => ({ ...one, route: "/health" }));

const revoked: readonly HostileCase[] = [
  { name: "revoked subject", make: { claims: { sub: evicted.subject } }, expect: refused.revoked },
  {
    name: "revoked subject, no iat",
    make: { claims: { sub: evicted.subject, iat: undefined } },
    expect: refused.revoked,
  },
  { name: "revoked subject, iat zero", make: { claims: { sub: evicted.subject, iat: 0 } }, expect: refused.revoked },
  { name: "revoked session", make: { claims: { sid: evicted.sessionId } }, expect: refused.revoked },
];

/** Turns the token's signature into the other one that fits. */
function turnSignature(token: string): string {
  const end = token.lastIndexOf(".") + 1;
  return `${token.slice(0, end)}${turn(Buffer.from(token.slice(end), "base64url")).toString("base64url")}`;
}

const ended: readonly HostileCase[] = [
  {
    name: "evicted token",
    make: {
      compact: (token, { evict }) => {
        evict({ token });
        return token;
      },
    },
    expect: refused.revoked,
  },
  {
    // Nobody needs a key to make the second text of an ECDSA token: it is the same token.
    name: "evicted token, its s turned to n - s",
    make: {
      compact: (token, { evict }) => {
        evict({ token });
        return turnSignature(token);
      },
    },
    expect: refused.revoked,
  },
];

/** Paths that look like the anonymous one, or lead to another by it: without a token. */
const paths: readonly HostileCase[] = [
  "/health/",
  "/HEALTH",
  "//health",
  "/health/../me",
  "/me/../health",
  "/health%2F..%2Fme",
  "/health;/me",
  "/me?/health",
  "/me?path=/health",
  "http://evil.example/me",
].map((target) => ({
  name: `without a token: ${target}`,
  make: { request: (head) => ({ ...head, target, headers: [] }) },
  expect: refused.missing,
}));

/** A route that asks for more, with a token that has it but for one thing. */
const lacking = (route: string, claims: Members, expect: HostileCase["expect"]): HostileCase => ({
  name: `${route}: ${JSON.stringify(claims)}`,
  route,
  make: { claims },
  expect,
});

const goodForAll = ({ now }: Surroundings): Members => ({
  scope: "orders audit",
  department: ["sales", "audit"],
  acr: "gold",
  auth_time: now - 30,
});

const guarded: readonly HostileCase[] = [
  lacking("/audit", { scope: "orders" }, refused.scope),
  lacking("/audit", { scope: undefined }, refused.scope),
  lacking("/audit", { scope: "orders auditor" }, refused.scope),
  lacking("/audit", { scope: "orders,audit" }, refused.scope),
  lacking("/audit", { scope: "orders AUDIT" }, refused.scope),
  lacking("/audit", { scope: "orders\u00a0audit" }, refused.scope),
  lacking("/audit", { scope: ["orders", "audit now"] }, refused.scope),
  lacking("/audit", { scope: { audit: true } }, refused.scope),
  lacking("/department", { department: undefined }, refused.claim),
  lacking("/department", { department: "Sales" }, refused.claim),
  lacking("/department", { department: { sales: true } }, refused.claim),
  lacking("/department", { department: [["sales"]] }, refused.claim),
  lacking("/gold", { acr: "silver" }, refused.authentication),
  lacking("/gold", { acr: undefined }, refused.authentication),
  lacking("/gold", { acr: ["gold"] }, refused.authentication),
  lacking("/recent", { auth_time: 1 }, refused.authentication),
  lacking("/recent", { auth_time: undefined }, refused.authentication),
  lacking("/recent", { auth_time: "4000000000" }, refused.authentication),
  // Who signs in in the future never has to do it again.
  lacking("/recent", { auth_time: 8e12 }, refused.authentication),
  lacking("/people", { sub: "web-shop", idtyp: "app" }, refused.identity),
  {
    name: "/audit: a token that another route let in",
    route: "/audit",
    make: { claims: { scope: "orders" }, againOn: "/me" },
    expect: refused.scope,
  },
  {
    name: "/people: a client for itself",
    route: "/people",
    make: { claims: { sub: "web-shop" } },
    expect: refused.identity,
  },
];

export const routes: Theme = {
  name: "routes",
  claims: goodForAll,
  evicts: [{ subject: evicted.subject }, { sessionId: evicted.sessionId }],
  routes: {
    "/audit": { scopes: "audit" },
    "/department": { claims: { department: "sales" } },
    "/gold": { acrValues: "gold" },
    "/recent": { maxAgeMs: 300_000 },
    "/people": { identity: "person" },
  },
  cases: [...anonymous, ...revoked, ...ended, ...paths, ...guarded],
  harmless: [
    {
      name: "anonymous route: no token",
      route: "/health",
      make: { request: (head) => ({ ...head, headers: [] }) },
    },
    {
      name: "/audit: the scopes in a list",
      route: "/audit",
      make: { claims: { scope: undefined, scp: ["audit", "orders"] } },
    },
    {
      name: "revoked subject, a token of later",
      make: { claims: ({ now }) => ({ sub: evicted.subject, iat: now + 2 }) },
    },
  ],
};

/** Two audiences in one application: what opens one route is no good on the other. */
export const audiences: Theme = {
  name: "two audiences",
  inbound: () => ({
    authenticators: {
      orders: { audience: the.clientId },
      billing: { audience: the.otherClientId, byRouteOnly: true },
    },
  }),
  routes: { "/billing": { authenticators: "billing" }, "/both": { authenticators: ["orders", "billing"] } },
  claims: { aud: [the.clientId, the.otherClientId] },
  cases: [
    {
      name: "token for orders, on billing",
      route: "/billing",
      make: { claims: { aud: the.clientId } },
      expect: refused.audience,
    },
    { name: "token for billing, on orders", make: { claims: { aud: the.otherClientId } }, expect: refused.audience },
    {
      name: "token for orders that orders let in before, on billing",
      route: "/billing",
      make: { claims: { aud: the.clientId }, againOn: "/me" },
      expect: refused.audience,
    },
    {
      name: "token for billing that billing let in before, on orders",
      make: { claims: { aud: the.otherClientId }, againOn: "/billing" },
      expect: refused.audience,
    },
    {
      name: "token for neither, on both",
      route: "/both",
      make: { claims: { aud: the.audience } },
      expect: refused.audience,
    },
  ],
};
