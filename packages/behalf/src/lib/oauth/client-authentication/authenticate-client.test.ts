import { decodeProtectedHeader, jwtVerify } from "jose";
import { describe, expect, it } from "vitest";
import { createClock } from "../../../../../../test/support/clock.ts";
import { createTestKey } from "../../../../../../test/support/signing-key.ts";
import type { ProtocolDialect } from "../../config/auth-settings.ts";
import { isByCertificate } from "../../config/certificate-methods.ts";
import { defaultAuthSettings } from "../../config/default-auth-settings.ts";
import type { ClientAuthenticationMethod } from "../../config/options.ts";
import { Secret } from "../../values/secret.ts";
import type { ClientCredentials } from "../token-request.ts";
import { authenticateClient } from "./authenticate-client.ts";

const clientId = "orders-api";
const secret = "a-secret-of-thirty-two-characters";
const clientSecret = new Secret(secret);
const clock = createClock(1_800_000_000_900);
const { key, publicKey } = createTestKey.ES256();
const jwtBearer = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

interface Sent {
  readonly form: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
}

async function authenticate(
  credentials: Partial<ClientCredentials> & { readonly authentication: ClientAuthenticationMethod },
  changes: Partial<ProtocolDialect> = {},
): Promise<Sent> {
  const form = new URLSearchParams();
  const headers = new Headers();
  await authenticateClient(
    { form, headers },
    {
      credentials: { clientId, ...credentials },
      dialect: { ...defaultAuthSettings.dialect, ...changes },
      issuer: "https://as.example.com",
      tokenEndpoint: "https://as.example.com/token?tenant=1",
      now: clock.now,
    },
  );
  return { form: Object.fromEntries(form), headers: Object.fromEntries(headers) };
}

const sendBasic = async (id: string, text: string, basicEncoding: "form" | "raw"): Promise<string> => {
  const credentials = { clientId: id, clientSecret: new Secret(text), authentication: "client_secret_basic" } as const;
  const { headers } = await authenticate(credentials, { basicEncoding });
  return Buffer.from(headers.authorization?.replace("Basic ", "") ?? "", "base64").toString("utf8");
};

describe("client_secret_basic", () => {
  it.each([
    ["orders-api", "a-b._~Z9", "orders-api:a-b._~Z9"],
    ["a:b", "c:d", "a%3Ab:c%3Ad"],
    ["a", "100%", "a:100%25"],
    ["a", "b+c d", "a:b%2Bc+d"],
    ["a", "!'()*", "a:%21%27%28%29%2A"],
    ["é", "日本€", "%C3%A9:%E6%97%A5%E6%9C%AC%E2%82%AC"],
    ["a", "&=/?#", "a:%26%3D%2F%3F%23"],
  ])("encodes %s and %s", async (id, text, expected) => {
    expect(await sendBasic(id, text, "form")).toBe(expected);
  });

  it.each([
    ["a", "100% b+c"],
    ["é", "日本€&="],
  ])("writes %s and %s as they are", async (id, text) => {
    expect(await sendBasic(id, text, "raw")).toBe(`${id}:${text}`);
  });

  it("leaves the form alone, unless the server wants the id there", async () => {
    const credentials = { clientSecret, authentication: "client_secret_basic" } as const;
    expect((await authenticate(credentials)).form).toEqual({});
    expect((await authenticate(credentials, { clientIdInBody: true })).form).toEqual({ client_id: clientId });
  });
});

describe("the form", () => {
  it("carries id and secret", async () => {
    expect(await authenticate({ clientSecret, authentication: "client_secret_post" })).toEqual({
      form: { client_id: clientId, client_secret: secret },
      headers: {},
    });
  });

  it.each(["tls_client_auth", "self_signed_tls_client_auth", "none"] as const)(
    "carries the id for %s",
    async (method) => {
      expect(await authenticate({ authentication: method })).toEqual({ form: { client_id: clientId }, headers: {} });
    },
  );
});

describe("an assertion", () => {
  const signedBy = (changes: Partial<ProtocolDialect> = {}, signingKey = key): Promise<Sent> =>
    authenticate({ signingKey, authentication: "private_key_jwt" }, changes);

  it.each(["ES256", "RS256", "EdDSA"] as const)("is signed by a private key for %s", async (kind) => {
    const given = createTestKey[kind]();
    const { form, headers } = await signedBy({}, given.key);
    const { payload, protectedHeader } = await jwtVerify(form.client_assertion ?? "", given.publicKey, {
      currentDate: new Date(clock.now()),
    });
    expect(payload).toEqual({
      iss: clientId,
      sub: clientId,
      aud: "https://as.example.com",
      jti: expect.stringMatching(/^[\w-]{20,}$/),
      iat: 1_800_000_000,
      nbf: 1_800_000_000,
      exp: 1_800_000_060,
    });
    expect([protectedHeader, headers]).toEqual([{ alg: kind, typ: "JWT" }, {}]);
    expect(form).toEqual({
      client_id: clientId,
      client_assertion_type: jwtBearer,
      client_assertion: form.client_assertion,
    });
  });

  it("names the key and its certificate", async () => {
    const { form } = await signedBy({}, { ...key, keyId: "k1", certificateThumbprint: "t1" });
    const header = decodeProtectedHeader(form.client_assertion ?? "");
    expect(header).toEqual({ alg: "ES256", typ: "JWT", kid: "k1", "x5t#S256": "t1" });
  });

  it.each([
    ["issuer", "https://as.example.com"],
    ["tokenEndpoint", "https://as.example.com/token?tenant=1"],
    ["https://another.example.com", "https://another.example.com"],
  ])("is for %s: %s", async (assertionAudience, aud) => {
    const { form } = await signedBy({ assertionAudience });
    const { payload } = await jwtVerify(form.client_assertion ?? "", publicKey, { currentDate: new Date(clock.now()) });
    expect(payload.aud).toBe(aud);
  });

  it("is another one each time", async () => {
    const sent = await Promise.all([signedBy(), signedBy()]);
    const [one, two] = sent.map(({ form }) => form.client_assertion);
    expect(one).not.toBe(two);
  });

  it("is signed by the secret", async () => {
    const { form } = await authenticate({ clientSecret, authentication: "client_secret_jwt" });
    const { payload, protectedHeader } = await jwtVerify(
      form.client_assertion ?? "",
      new TextEncoder().encode(secret),
      {
        algorithms: ["HS256"],
        currentDate: new Date(clock.now()),
      },
    );
    expect(protectedHeader).toEqual({ alg: "HS256", typ: "JWT" });
    expect(payload.nbf).toBe(payload.iat);
    expect(form).toMatchObject({ client_id: clientId, client_assertion_type: jwtBearer });
  });

  const byWorkload = { clientAssertion: new Secret("a.b.c"), authentication: "workload_identity" } as const;

  it("comes from the platform", async () => {
    const form = { client_assertion_type: jwtBearer, client_assertion: "a.b.c" };
    expect((await authenticate(byWorkload)).form).toEqual({ client_id: clientId, ...form });
    expect((await authenticate({ ...byWorkload, clientId: "" }, { clientIdInBody: true })).form).toEqual(form);
  });

  it("comes from SPIFFE, which names the client itself", async () => {
    const spiffe = { ...byWorkload, clientAssertionType: "jwt-spiffe" } as const;
    expect((await authenticate(spiffe)).form).toEqual({
      client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-spiffe",
      client_assertion: "a.b.c",
    });
    expect((await authenticate(spiffe, { clientIdInBody: true })).form.client_id).toBe(clientId);
  });
});

describe("authenticateClient", () => {
  it.each([
    "client_secret_basic",
    "client_secret_post",
    "client_secret_jwt",
    "private_key_jwt",
    "workload_identity",
  ] as const)("refuses credentials that lack what %s needs", async (authentication) => {
    await expect(authenticate({ authentication })).rejects.toThrow(TypeError);
  });

  it("knows the methods that need a certificate", () => {
    expect([isByCertificate("tls_client_auth"), isByCertificate("none")]).toEqual([true, false]);
  });
});
