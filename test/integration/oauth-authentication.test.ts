import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { ProtocolDialect } from "../../packages/behalf/src/lib/config/auth-settings.ts";
import { defaultAuthSettings } from "../../packages/behalf/src/lib/config/default-auth-settings.ts";
import { signJwt } from "../../packages/behalf/src/lib/oauth/sign-jwt.ts";
import type { ClientCredentials, IssuedToken } from "../../packages/behalf/src/lib/oauth/token-request.ts";
import { ActorToken } from "../../packages/behalf/src/lib/values/actor-token.ts";
import { Secret } from "../../packages/behalf/src/lib/values/secret.ts";
import { openServer, type ServerUnderTest } from "../support/ask-server.ts";
import { fault, type ScriptedAs, startScriptedAs } from "../support/scripted-as.ts";
import { createTestKey } from "../support/signing-key.ts";
import { some } from "../support/some.ts";
import { the } from "../support/the.ts";
import { someExchange, someTokenRequest } from "../support/token-request.ts";

const kinds = ["ES256", "RS256", "EdDSA"] as const;
const keys = { ES256: createTestKey.ES256(), RS256: createTestKey.RS256(), EdDSA: createTestKey.EdDSA() };
const platform = createTestKey.ES256();
const workload = {
  issuer: "https://platform.example.com",
  subject: "pod/orders",
  keys: [platform.key.publicJwk ?? {}],
};
const spiffe = { ...workload, method: "spiffe_jwt", subject: "spiffe://example.com/orders" } as const;
let as: ScriptedAs;
let server: ServerUnderTest;

beforeAll(async () => {
  as = await startScriptedAs({
    clients: [
      some.client({ clientSecret: the.awkwardSecret }),
      some.client({ clientId: "raw", clientSecret: the.awkwardSecret, basicEncoding: "raw" }),
      some.client({ clientId: "in-body", wantsClientIdInBody: true }),
      ...kinds.map((kind) =>
        some.client({ clientId: kind, clientSecret: undefined, keys: [{ ...keys[kind].key.publicJwk, kid: kind }] }),
      ),
      some.client({
        clientId: "endpoint",
        keys: [keys.ES256.key.publicJwk ?? {}],
        assertionAudiences: ["tokenEndpoint"],
      }),
      some.client({ clientId: "workload", clientSecret: undefined, workloads: [workload, spiffe] }),
      some.client({ clientId: "public", clientSecret: undefined }),
    ],
  });
  server = openServer(as.issuer);
});
afterEach(() => as.faults.clear());
afterAll(async () => {
  await server.close();
  await as.close();
});

function ask(
  credentials: Partial<ClientCredentials> & Pick<ClientCredentials, "authentication">,
  dialect: Partial<ProtocolDialect> = {},
): Promise<IssuedToken> {
  return server.ask(
    someTokenRequest({
      credentials: { clientId: the.clientId, ...credentials },
      dialect: { ...defaultAuthSettings.dialect, ...dialect },
    }),
  );
}

const clientSecret = new Secret(the.awkwardSecret);
const byKey = (clientId: (typeof kinds)[number]): ClientCredentials => ({
  clientId,
  signingKey: { ...keys[clientId].key, keyId: clientId },
  authentication: "private_key_jwt",
});

describe("the client authenticates", () => {
  it.each(["client_secret_basic", "client_secret_post", "client_secret_jwt"] as const)("by %s", async (method) => {
    await ask({ clientSecret, authentication: method });
    expect(as.tokenRequest().presented.authentication).toBe(method);
  });

  it("by a basic header that the server does not decode", async () => {
    const raw = { clientId: "raw", clientSecret, authentication: "client_secret_basic" } as const;
    await ask(raw, { basicEncoding: "raw" });
    await expect(ask(raw)).rejects.toMatchObject({ error: "invalid_client" });
  });

  it("with its id in the form where the server wants it", async () => {
    const secret = new Secret(the.clientSecret);
    const inBody = { clientId: "in-body", clientSecret: secret, authentication: "client_secret_basic" } as const;
    await ask(inBody, { clientIdInBody: true });
    await expect(ask(inBody)).rejects.toMatchObject({ error: "invalid_request" });
  });

  it.each(kinds)("by a private key for %s", async (kind) => {
    await ask(byKey(kind));
    expect(as.tokenRequest().presented).toMatchObject({ authentication: "private_key_jwt", clientId: kind });
  });

  it("by an assertion for the token endpoint, where the server wants that", async () => {
    const credentials = { ...byKey("ES256"), clientId: "endpoint", signingKey: keys.ES256.key };
    await ask(credentials, { assertionAudience: "tokenEndpoint" });
    await expect(ask(credentials)).rejects.toMatchObject({ error: "invalid_client" });
  });

  it.each([
    ["jwt-bearer", workload, "workload_identity"],
    ["jwt-spiffe", spiffe, "spiffe_jwt"],
  ] as const)("by a token of its platform: %s", async (clientAssertionType, { issuer, subject }, presented) => {
    const claims = { iss: issuer, sub: subject, aud: as.issuer, exp: Math.floor(Date.now() / 1000) + 300 };
    const clientAssertion = new Secret(await signJwt(platform.key, { header: {}, claims }));
    const given = { clientId: "workload", clientAssertion, clientAssertionType };
    await ask({ ...given, authentication: "workload_identity" });
    expect(as.tokenRequest().presented.authentication).toBe(presented);
  });

  it("by its id alone", async () => {
    const subject = { token: new ActorToken(await as.issue(some.claims())), tokenType: the.accessTokenType };
    await server.ask(someExchange({ subject, credentials: { clientId: "public", authentication: "none" } }));
    expect(as.tokenRequest().presented.authentication).toBe("none");
  });
});

describe("a second attempt", () => {
  // https://github.com/DuendeSoftware/foss/issues/325
  it("is no replay of the assertion", async () => {
    const before = as.tokenRequests.length;
    as.faults.next("token", fault.drop());
    await ask(byKey("ES256"));
    const sent = as.tokenRequests.slice(before).map(({ presented }) => presented.assertion?.payload.jti);
    expect([sent.length, new Set(sent).size]).toEqual([2, 2]);
  });
});
