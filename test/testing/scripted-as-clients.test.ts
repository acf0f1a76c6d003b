import { randomUUID } from "node:crypto";
import type { ScriptedAs, ScriptedClient } from "behalf/testing";
import { exportJWK, type GenerateKeyPairResult, generateKeyPair, type JWK, type JWTPayload, SignJWT } from "jose";
import { beforeAll, describe, expect, it } from "vitest";
import { postForm, type TokenAnswer } from "../support/post-form.ts";
import { some } from "../support/some.ts";
import { startAs } from "../support/start-servers.ts";
import { the } from "../support/the.ts";

const jwtBearer = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
const spiffe = "urn:ietf:params:oauth:client-assertion-type:jwt-spiffe";
const clientCredentials = { grant_type: the.clientCredentialsGrant };

interface Key {
  readonly alg: string;
  readonly jwk: JWK;
  readonly privateKey: GenerateKeyPairResult["privateKey"];
}

async function createKey(alg: string, kid: string): Promise<Key> {
  const { privateKey, publicKey } = await generateKeyPair(alg);
  return { alg, privateKey, jwk: { ...(await exportJWK(publicKey)), kid } };
}

let key: Key;
let otherKey: Key;

beforeAll(async () => {
  [key, otherKey] = await Promise.all([createKey("ES256", "one"), createKey("ES256", "two")]);
});

type Changes = Readonly<Record<string, unknown>>;

function toClaims(as: ScriptedAs, changes: Changes = {}): JWTPayload {
  const iat = Math.floor(Date.now() / 1000);
  const usual = { iss: the.clientId, sub: the.clientId, aud: as.issuer, iat, exp: iat + 60, jti: randomUUID() };
  return { ...usual, ...changes };
}

const sign = (claims: JWTPayload, { alg, jwk, privateKey }: Key = key, header: Changes = {}): Promise<string> =>
  new SignJWT(claims).setProtectedHeader({ alg, kid: String(jwk.kid), ...header }).sign(privateKey);

const ask = (as: ScriptedAs, form: Readonly<Record<string, string>>, headers = {}): Promise<TokenAnswer> =>
  postForm(as.tokenEndpoint, { ...clientCredentials, ...form }, headers);

const askByAssertion = (as: ScriptedAs, assertion: string, form = {}): Promise<TokenAnswer> =>
  ask(as, { client_assertion_type: jwtBearer, client_assertion: assertion, ...form });

const keyClient = (changes: Partial<ScriptedClient> = {}): ScriptedClient => ({
  clientId: the.clientId,
  keys: [key.jwk, otherKey.jwk],
  ...changes,
});

describe("private_key_jwt", () => {
  it.each(["ES256", "RS256", "PS256", "EdDSA"])("takes %s", async (alg) => {
    const one = await createKey(alg, "k");
    const as = await startAs({ clients: [keyClient({ keys: [one.jwk] })] });
    expect(await askByAssertion(as, await sign(toClaims(as), one))).toMatchObject({ status: 200 });
    expect(as.tokenRequest().presented).toMatchObject({
      authentication: "private_key_jwt",
      clientId: the.clientId,
      assertion: { header: { alg }, payload: { iss: the.clientId, jti: expect.any(String) } },
    });
  });

  it("finds the key by its certificate's thumbprint", async () => {
    const { kid: _kid, ...unnamed } = key.jwk;
    const keys = [{ ...unnamed, "x5t#S256": "thumb" }];
    const as = await startAs({ clients: [keyClient({ keys })] });
    const header = { kid: undefined, "x5t#S256": "thumb" };
    expect(await askByAssertion(as, await sign(toClaims(as), key, header))).toMatchObject({ status: 200 });
    const wrong = await sign(toClaims(as), key, { ...header, "x5t#S256": "other" });
    expect(await askByAssertion(as, wrong)).toMatchObject({ status: 401 });
  });

  const now = (): number => Math.floor(Date.now() / 1000);
  it.each<[string, (as: ScriptedAs) => Changes]>([
    ["no jti", () => ({ jti: undefined })],
    ["no exp", () => ({ exp: undefined })],
    ["no audience", () => ({ aud: undefined })],
    ["the token endpoint as its audience", (as) => ({ aud: as.tokenEndpoint })],
    ["a second audience", (as) => ({ aud: [as.issuer, "https://elsewhere.example"] })],
    ["an end in the past", () => ({ exp: now() - 1 })],
    ["a life of more than five minutes", () => ({ exp: now() + 400 })],
    ["another subject", () => ({ sub: "somebody" })],
    ["another issuer", () => ({ iss: "somebody" })],
  ])("refuses an assertion with %s", async (_case, toChanges) => {
    const as = await startAs({ clients: [keyClient()] });
    const answer = await askByAssertion(as, await sign(toClaims(as, toChanges(as))));
    expect(answer).toMatchObject({ status: 401, body: { error: "invalid_client" } });
  });

  it("refuses an assertion that comes twice", async () => {
    const as = await startAs({ clients: [keyClient()] });
    const assertion = await sign(toClaims(as));
    const statuses = [];
    for (const _ of [1, 2]) statuses.push((await askByAssertion(as, assertion)).status);
    expect(statuses).toEqual([200, 401]);
  });

  it("refuses the key of another kid", async () => {
    const as = await startAs({ clients: [keyClient()] });
    const assertion = await sign(toClaims(as), key, { kid: "two" });
    expect(await askByAssertion(as, assertion)).toMatchObject({ status: 401 });
  });

  it("refuses a JWT of another typ", async () => {
    const as = await startAs({ clients: [keyClient()] });
    const assertion = await sign(toClaims(as), key, { typ: "at+jwt" });
    expect(await askByAssertion(as, assertion)).toMatchObject({ status: 401 });
  });

  it("takes the audiences that the server or the client is set to", async () => {
    const clients = [keyClient({ assertionAudiences: ["tokenEndpoint"] })];
    const as = await startAs({ clients });
    const statuses = [];
    for (const aud of [as.tokenEndpoint, as.issuer]) {
      statuses.push((await askByAssertion(as, await sign(toClaims(as, { aud })))).status);
    }
    expect(statuses).toEqual([200, 401]);
  });

  it("follows the client's keys as they change", async () => {
    const as = await startAs({ clients: [keyClient({ keys: [key.jwk] })] });
    const statuses = [];
    for (const keys of [[key.jwk], [key.jwk, otherKey.jwk], [key.jwk]]) {
      as.setClient(the.clientId, { keys });
      statuses.push((await askByAssertion(as, await sign(toClaims(as), otherKey))).status);
    }
    expect(statuses).toEqual([401, 200, 401]);
  });
});

describe("client_secret_jwt", () => {
  const signShared = (as: ScriptedAs, secret: string): Promise<string> =>
    new SignJWT(toClaims(as)).setProtectedHeader({ alg: "HS256" }).sign(new TextEncoder().encode(secret));

  it("takes HS256 with each secret of the client", async () => {
    const as = await startAs({ clients: [some.client({ clientSecrets: ["first", "second"] })] });
    const statuses = [];
    for (const secret of ["first", "second", the.clientSecret]) {
      statuses.push((await askByAssertion(as, await signShared(as, secret))).status);
    }
    expect(statuses).toEqual([200, 200, 401]);
    expect(as.tokenRequest().presented.authentication).toBe("client_secret_jwt");
  });
});

describe("client secrets", () => {
  it("change while the server runs", async () => {
    const as = await startAs();
    as.setClient(the.clientId, { clientSecrets: ["new"] });
    const [old, fresh] = await Promise.all(
      [the.clientSecret, "new"].map((client_secret) => ask(as, { client_id: the.clientId, client_secret })),
    );
    expect([old?.status, fresh?.status]).toEqual([401, 200]);
  });

  it("stand raw in basic authentication where the client says so", async () => {
    const clients = [some.client({ clientSecret: "a%3Ab+c", basicEncoding: "raw" })];
    const as = await startAs({ clients });
    const authorization = `Basic ${btoa(`${the.clientId}:a%3Ab+c`)}`;
    expect(await ask(as, {}, { authorization })).toMatchObject({ status: 200 });
    as.setClient(the.clientId, { basicEncoding: "form" });
    expect(await ask(as, {}, { authorization })).toMatchObject({ status: 401 });
  });

  it("refuse credentials that cannot be decoded", async () => {
    const as = await startAs();
    const authorization = `Basic ${btoa(`${the.clientId}:100%`)}`;
    expect(await ask(as, {}, { authorization })).toMatchObject({ status: 401, body: { error: "invalid_client" } });
  });
});

describe("a workload's token", () => {
  const issuer = "https://cluster.example";
  const subject = "system:serviceaccount:orders:api";
  const workloads = () => [{ issuer, subject, keys: [key.jwk] }];

  it("stands for the client that it is registered for, more than once", async () => {
    const as = await startAs({ clients: [{ clientId: the.clientId, workloads: workloads() }] });
    const assertion = await sign(toClaims(as, { iss: issuer, sub: subject, jti: undefined }));
    const statuses = [];
    for (const form of [{}, { client_id: the.clientId }]) {
      statuses.push((await askByAssertion(as, assertion, form)).status);
    }
    expect(statuses).toEqual([200, 200]);
    expect(as.tokenRequest().presented.authentication).toBe("workload_identity");
  });

  it.each([
    ["another subject", { sub: "system:serviceaccount:other:api" }],
    ["another issuer", { iss: "https://other.example" }],
    ["another audience", { aud: "elsewhere" }],
    ["no end", { exp: undefined }],
  ])("is refused with %s", async (_case, changes) => {
    const as = await startAs({ clients: [{ clientId: the.clientId, workloads: workloads() }] });
    const assertion = await sign(toClaims(as, { iss: issuer, sub: subject, ...changes }));
    expect(await askByAssertion(as, assertion)).toMatchObject({ status: 401, body: { error: "invalid_client" } });
  });

  it("comes from SPIFFE under a type of its own", async () => {
    const id = "spiffe://example.org/orders";
    const workload = { method: "spiffe_jwt" as const, subject: id, keys: [key.jwk] };
    const as = await startAs({ clients: [{ clientId: the.clientId, workloads: [workload] }] });
    const client_assertion = await sign(toClaims(as, { iss: undefined, sub: id }));
    const answers = [];
    for (const client_assertion_type of [spiffe, jwtBearer]) {
      answers.push((await ask(as, { client_assertion_type, client_assertion })).status);
    }
    expect(answers).toEqual([200, 401]);
  });
});

describe("a public client", () => {
  const exchange = async (as: ScriptedAs): Promise<TokenAnswer> => {
    const form = some.exchangeForm(await as.issue(some.claims()), { client_id: the.clientId });
    return postForm(as.tokenEndpoint, form, {});
  };

  it("sends its id alone", async () => {
    const as = await startAs({ clients: [{ clientId: the.clientId }] });
    expect(await exchange(as)).toMatchObject({ status: 200 });
    expect(as.tokenRequest().presented).toEqual({ clientId: the.clientId, authentication: "none" });
  });

  it("is not a client that has a secret", async () => {
    const as = await startAs();
    expect(await exchange(as)).toMatchObject({ status: 401, body: { error: "invalid_client" } });
  });

  it("gets nothing by client credentials", async () => {
    const as = await startAs({ clients: [{ clientId: the.clientId }] });
    const answer = await ask(as, { client_id: the.clientId });
    expect(answer).toMatchObject({ status: 400, body: { error: "unauthorized_client" } });
  });
});

describe("a client's settings", () => {
  const authorization = `Basic ${btoa(`${the.clientId}:${the.clientSecret}`)}`;

  it("limit its grants", async () => {
    const as = await startAs({ clients: [some.client({ grants: [the.tokenExchangeGrant] })] });
    const answer = await ask(as, {}, { authorization });
    expect(answer).toMatchObject({ status: 400, body: { error: "unauthorized_client" } });
  });

  it("limit its methods", async () => {
    const authenticationMethods = ["private_key_jwt", "client_secret_post"] as const;
    const as = await startAs({ clients: [some.client({ authenticationMethods })] });
    expect(await ask(as, {}, { authorization })).toMatchObject({ status: 401 });
  });

  it("can demand the client id in the body", async () => {
    const as = await startAs({ clients: [some.client({ wantsClientIdInBody: true })] });
    const answers = [];
    for (const form of [{}, { client_id: the.clientId }]) answers.push((await ask(as, form, { authorization })).status);
    expect(answers).toEqual([400, 200]);
  });

  it("never allow two methods at once", async () => {
    const as = await startAs({ clients: [keyClient({ clientSecret: the.clientSecret })] });
    const client_assertion = await sign(toClaims(as));
    const form = { client_assertion_type: jwtBearer, client_assertion };
    for (const answer of [
      await ask(as, form, { authorization }),
      await ask(as, { ...form, client_id: the.clientId, client_secret: the.clientSecret }),
    ]) {
      expect(answer).toMatchObject({ status: 400, body: { error: "invalid_request" } });
    }
  });

  it("refuse a client id in the body that is another client's", async () => {
    const clients = [some.client(), some.client({ clientId: the.otherClientId })];
    const as = await startAs({ clients });
    expect(await ask(as, { client_id: the.otherClientId }, { authorization })).toMatchObject({ status: 401 });
  });

  it("cannot be changed for a client that is not there", async () => {
    const as = await startAs();
    expect(() => as.setClient("nobody", {})).toThrow('There is no client "nobody"');
  });
});

describe("a form", () => {
  it.each(["scope", "client_id"])("names %s once", async (name) => {
    const as = await startAs();
    const form = new URLSearchParams({ ...clientCredentials, [name]: the.clientId });
    form.append(name, the.clientId);
    expect(await postForm(as.tokenEndpoint, form)).toMatchObject({ status: 400, body: { error: "invalid_request" } });
  });
});
