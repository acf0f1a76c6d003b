import { refused } from "../expected.ts";
import type { HostileCase, RequestHead, Theme } from "../vocabulary.ts";

const showing = (name: string, toHeaders: (token: string) => RequestHead["headers"]) => ({
  name,
  make: {
    request: (head: RequestHead, { token }: { readonly token: string }) => ({ ...head, headers: toHeaders(token) }),
  },
});

const cases: readonly HostileCase[] = [
  {
    name: "good for an hour",
    make: { claims: ({ now }) => ({ exp: now + 3_600 }) },
    expect: refused.life,
  },
  {
    name: "good for a second too long",
    make: { claims: ({ now }) => ({ iat: now - 60, exp: now + 241 }) },
    expect: refused.life,
  },
  { name: "good for ever", make: { claims: { exp: 8.64e12 } }, expect: refused.life },
  { name: "no iat", make: { claims: { iat: undefined } }, expect: refused.claims },
  { name: "no exp", make: { claims: { exp: undefined } }, expect: refused.claims },
  { name: "iat a text", make: { claims: ({ now }) => ({ iat: String(now) }) }, expect: refused.claims },
  {
    name: "iat in the future, for a longer life",
    make: { claims: ({ now }) => ({ iat: now + 200, exp: now + 480 }) },
    expect: refused.notYetValid,
  },
  { name: "of another API", make: { claims: { aud: "inventory" } }, expect: refused.audience },
  { name: "of another server", make: { claims: { iss: "https://evil.example" } }, expect: refused.issuer },
  { name: "of a stranger", make: { key: "stranger" }, expect: refused.signature },
  { name: "expired", make: { claims: ({ now }) => ({ iat: now - 100, exp: now - 10 }) }, expect: refused.expired },
  { name: "an opaque token in its place", make: { compact: () => "opaque-token" }, expect: refused.malformed },
  {
    ...showing("in Authorization", (token) => [["Authorization", `Bearer ${token}`]]),
    expect: refused.missing,
  },
  {
    ...showing("twice", (token) => [
      ["X-Assertion", token],
      ["X-Assertion", token],
    ]),
    expect: refused.twoTokens,
  },
  {
    ...showing("twice, once in other case and of a stranger", (token) => [
      ["x-assertion", "x.y.z"],
      ["X-ASSERTION", token],
    ]),
    expect: refused.twoTokens,
  },
  { ...showing("two in one header", (token) => [["X-Assertion", `${token}, ${token}`]]), expect: refused.scheme },
  { ...showing("an empty header", () => [["X-Assertion", ""]]), expect: refused.scheme },
  { ...showing("Basic in the header", () => [["X-Assertion", "Basic eDp5"]]), expect: refused.scheme },
];

export const sidecar: Theme = {
  name: "sidecar",
  twin: "assertion",
  header: { typ: "JWT" },
  inbound: () => ({ type: "sidecar", authorizationHeader: "x-assertion" }),
  cases,
  harmless: [
    {
      ...showing("another token in Authorization, which is not looked at", (token) => [
        ["X-Assertion", token],
        ["Authorization", "Bearer x"],
      ]),
    },
    showing("with a scheme", (token) => [["X-Assertion", `Bearer ${token}`]]),
  ],
};
