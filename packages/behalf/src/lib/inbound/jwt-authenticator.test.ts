import { createRemoteJWKSet } from "jose";
import { describe, expect, it } from "vitest";
import { createClock } from "../../../../../test/support/clock.ts";
import type { MintedClaims } from "../../../../../test/support/scripted-as.ts";
import { some } from "../../../../../test/support/some.ts";
import { startAs } from "../../../../../test/support/start-servers.ts";
import { the } from "../../../../../test/support/the.ts";
import type { ResolvedInbound } from "../config/resolved.ts";
import { ActorToken } from "../values/actor-token.ts";
import type { Caller } from "../values/caller.ts";
import { MultiStringValue } from "../values/multi-string-value.ts";
import { createJwtAuthenticator } from "./jwt-authenticator.ts";

const template = "https://login.microsoftonline.com/{tenantid}/v2.0";
const tenantId = "9122040d-6c67-4c5b-b112-36a304b66dad";
const otherTenantId = "f8cdef31-a31e-4b4a-93e4-5f571e91255a";
const issuerOf = (tid: string): string => template.replace("{tenantid}", tid);

interface Authenticating {
  authenticate(claims: MintedClaims): Promise<Caller>;
  readonly issuer: string;
}

/** An authenticator whose server names this issuer in its metadata, or whose configuration does. */
async function start(named: { metadata?: string; configured?: string }): Promise<Authenticating> {
  const clock = createClock();
  const as = await startAs({ clock });
  const inbound: ResolvedInbound = {
    audience: MultiStringValue.from(the.clientId),
    issuer: named.configured,
    authorizationHeader: "authorization",
    algorithms: ["ES256"],
    clockToleranceMs: 0,
    requiredScopes: MultiStringValue.empty,
    jwksCooldownMs: 30_000,
  };
  const metadata = {
    issuer: named.metadata ?? as.issuer,
    tokenEndpoint: new URL("/token", as.issuer),
    mtlsTokenEndpoint: undefined,
    jwksUri: new URL(as.jwksUri),
  };
  const authenticate = createJwtAuthenticator({
    inbound,
    metadata: { authority: as.issuer, get: async () => metadata },
    keys: createRemoteJWKSet(metadata.jwksUri),
    now: clock.now,
  });
  return {
    issuer: as.issuer,
    authenticate: async (claims) => authenticate(new ActorToken(await as.issue(some.claims({ ...claims })))),
  };
}

const wrongIssuer = expect.objectContaining({ code: "BEHALF_CALLER_TOKEN_INVALID", reason: "issuer" });

describe("a server of many tenants", () => {
  it.each([
    ["in its metadata", { metadata: template }],
    ["in the configuration", { configured: template }],
  ])("is followed when it is named %s", async (_case, named) => {
    const { authenticate } = await start(named);
    for (const tid of [tenantId, otherTenantId])
      expect(await authenticate({ iss: issuerOf(tid), tid })).toMatchObject({ issuer: issuerOf(tid), claims: { tid } });
  });

  it.each<[string, MintedClaims]>([
    ["another tenant's issuer", { iss: issuerOf(otherTenantId), tid: tenantId }],
    ["no tenant", { iss: issuerOf(tenantId), tid: undefined }],
    ["neither issuer nor tenant", { iss: undefined, tid: undefined }],
    ["no issuer", { iss: undefined, tid: tenantId }],
    ["the template itself for issuer", { iss: template, tid: tenantId }],
    ["the template itself for issuer and tenant", { iss: template, tid: "{tenantid}" }],
    ["a tenant that is a name", { iss: issuerOf("common"), tid: "common" }],
    ["an empty tenant", { iss: issuerOf(""), tid: "" }],
    ["a tenant that leaves its place", { iss: issuerOf(`${tenantId}/../x`), tid: `${tenantId}/../x` }],
    ["a tenant with a line's end", { iss: issuerOf(`${tenantId}\n`), tid: `${tenantId}\n` }],
    ["a tenant that is a list", { iss: issuerOf(tenantId), tid: [tenantId] }],
    ["its tenant in other letters", { iss: issuerOf(tenantId), tid: tenantId.toUpperCase() }],
    ["another host", { iss: `https://evil.example/${tenantId}/v2.0`, tid: tenantId }],
    ["more behind it", { iss: `${issuerOf(tenantId)}/`, tid: tenantId }],
  ])("refuses %s", async (_case, claims) => {
    const { authenticate } = await start({ metadata: template });
    await expect(authenticate(claims)).rejects.toThrow(wrongIssuer);
  });

  it.each([
    ["audience", { aud: the.otherAudience }],
    ["expired", { exp: 1 }],
    ["claims", { exp: undefined }],
  ])("still looks at the rest: %s", async (reason, changes) => {
    const { authenticate } = await start({ metadata: template });
    const asked = authenticate({ iss: issuerOf(tenantId), tid: tenantId, ...changes });
    await expect(asked).rejects.toMatchObject({ name: "CallerTokenError", reason });
  });
});

describe("a server of one tenant", () => {
  it("is taken by its word, whatever the claim tid says", async () => {
    const { authenticate, issuer } = await start({});
    expect(await authenticate({ tid: "anything" })).toMatchObject({ issuer });
    await expect(authenticate({ iss: issuerOf(tenantId), tid: tenantId })).rejects.toThrow(wrongIssuer);
  });
});
