import { createHash, randomUUID } from "node:crypto";
import { get } from "node:http";
import {
  calculateJwkThumbprint,
  exportJWK,
  generateKeyPair,
  type JWTHeaderParameters,
  type JWTPayload,
  SignJWT,
} from "jose";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { startScriptedAs } from "./scripted-as.ts";
import { answer, type Backend, type BackendOptions, startBackend } from "./scripted-backend.ts";
import { some } from "./some.ts";
import { the } from "./the.ts";

const nowMs = Date.UTC(2026, 0, 1);
const now = () => nowMs;
const iat = nowMs / 1000;

type Keys = Awaited<ReturnType<typeof generateKeyPair>>;

interface ProofChanges {
  readonly claims?: JWTPayload;
  readonly header?: Partial<JWTHeaderParameters>;
  readonly signer?: Parameters<SignJWT["sign"]>[0];
}

interface Sent {
  readonly token?: string;
  readonly proof?: string;
  readonly scheme?: string;
  readonly path?: string;
}

let keys: Keys;
let otherKeys: Keys;
let token: string;
let backend: Backend;

async function mint(claims: JWTPayload): Promise<string> {
  return new SignJWT(claims).setProtectedHeader({ alg: "ES256", typ: "at+jwt" }).sign(keys.privateKey);
}

beforeAll(async () => {
  keys = await generateKeyPair("ES256", { extractable: true });
  otherKeys = await generateKeyPair("ES256", { extractable: true });
  token = await mint({ cnf: { jkt: await calculateJwkThumbprint(await exportJWK(keys.publicKey)) } });
});
afterEach(() => backend.close());

async function open(
  options: Partial<BackendOptions["dpop"]> & { verify?: BackendOptions["verify"] } = {},
): Promise<void> {
  const { verify, ...dpop } = options;
  backend = await startBackend({ dpop: { nonce: "none", now, ...dpop }, ...(verify ? { verify } : {}) });
}

const hash = (value: string) => createHash("sha256").update(value).digest("base64url");

async function prove({ claims = {}, header = {}, signer = keys.privateKey }: ProofChanges = {}): Promise<string> {
  const jwk = await exportJWK(keys.publicKey);
  const usual = { htm: "GET", htu: `${backend.url}/items`, iat, jti: randomUUID(), ath: hash(token) };
  return new SignJWT({ ...usual, ...claims })
    .setProtectedHeader({ alg: "ES256", typ: "dpop+jwt", jwk, ...header })
    .sign(signer);
}

async function call(sent: Sent = {}) {
  const { proof, scheme = "DPoP", path = "/items" } = sent;
  const headers = {
    authorization: `${scheme} ${sent.token ?? token}`,
    ...(proof === undefined ? {} : { dpop: proof }),
  };
  const response = await fetch(`${backend.url}${path}`, { headers });
  const challenge = response.headers.get("www-authenticate");
  return { status: response.status, challenge, nonce: response.headers.get("dpop-nonce") };
}

/** Gives the status of a call whose headers may come more than once. */
function callRaw(...sent: readonly (readonly [string, string])[]): Promise<number | undefined> {
  const headers = ["host", new URL(backend.url).host, ...sent.flat()];
  return new Promise((done, fail) => {
    get(`${backend.url}/items`, { headers, agent: false }, (response) => done(response.statusCode)).on("error", fail);
  });
}

const good = { status: 200, challenge: null, nonce: null };
const refusedFor = (error: string) => ({ status: 401, challenge: `DPoP error="${error}", algs="ES256"`, nonce: null });

describe("a proof", () => {
  it("lets its token through", async () => {
    await open();
    expect(await call({ proof: await prove() })).toEqual(good);
    expect(backend.request()).toMatchObject({ scheme: "dpop", token });
  });

  it("has a target without the query", async () => {
    await open();
    expect(await call({ proof: await prove(), path: "/items?q=1" })).toEqual(good);
    const proof = await prove({ claims: { htu: `${backend.url}/items?q=1` } });
    expect(await call({ proof, path: "/items?q=1" })).toEqual(refusedFor("invalid_dpop_proof"));
  });

  it.each<[string, ProofChanges]>([
    ["of another type", { header: { typ: "jwt" } }],
    ["without a key", { header: { jwk: undefined as never } }],
    ["for another method", { claims: { htm: "POST" } }],
    ["for another target", { claims: { htu: "https://inventory.example.com/items" } }],
    ["with a fragment in its target", { claims: { htu: "http://127.0.0.1/items#here" } }],
    ["from more than a minute ago", { claims: { iat: iat - 61 } }],
    ["from more than a minute ahead", { claims: { iat: iat + 61 } }],
    ["without a time", { claims: { iat: undefined as never } }],
    ["without an id", { claims: { jti: undefined as never } }],
    ["for another token", { claims: { ath: hash("another") } }],
    ["for no token", { claims: { ath: undefined } }],
  ])("is refused %s", async (_case, changes) => {
    await open();
    expect(await call({ proof: await prove(changes) })).toEqual(refusedFor("invalid_dpop_proof"));
  });

  it.each([-60, 60])("is good %i seconds from now", async (seconds) => {
    await open();
    expect(await call({ proof: await prove({ claims: { iat: iat + seconds } }) })).toEqual(good);
  });

  it("is good once", async () => {
    await open();
    const proof = await prove();
    expect([await call({ proof }), await call({ proof })]).toEqual([good, refusedFor("invalid_dpop_proof")]);
  });

  it("is refused when signed with another key than it shows", async () => {
    await open();
    const proof = await prove({ signer: otherKeys.privateKey });
    expect(await call({ proof })).toEqual(refusedFor("invalid_dpop_proof"));
  });

  it("is refused when it shows the private key", async () => {
    await open();
    const proof = await prove({ header: { jwk: await exportJWK(keys.privateKey) } });
    expect(await call({ proof })).toEqual(refusedFor("invalid_dpop_proof"));
  });

  it.each([
    ["HS256", new TextEncoder().encode("a secret that is long enough for it")],
    ["none", undefined],
  ])("is refused with %s", async (alg, secret) => {
    await open();
    const [, payload] = (await prove()).split(".");
    const jwk = await exportJWK(keys.publicKey);
    const header = Buffer.from(JSON.stringify({ alg, typ: "dpop+jwt", jwk })).toString("base64url");
    const proof = secret ? await prove({ header: { alg }, signer: secret }) : `${header}.${payload}.`;
    expect(await call({ proof })).toEqual(refusedFor("invalid_dpop_proof"));
  });

  it("may have another algorithm where the backend names it", async () => {
    const edwards = await generateKeyPair("Ed25519", { extractable: true });
    const jwk = await exportJWK(edwards.publicKey);
    const bound = await mint({ cnf: { jkt: await calculateJwkThumbprint(jwk) } });
    const changes = { header: { alg: "Ed25519", jwk }, claims: { ath: hash(bound) }, signer: edwards.privateKey };
    await open();
    expect(await call({ token: bound, proof: await prove(changes) })).toEqual(refusedFor("invalid_dpop_proof"));
    await backend.close();
    await open({ algs: ["ES256", "Ed25519"] });
    expect(await call({ token: bound, proof: await prove(changes) })).toEqual(good);
    expect(await call()).toMatchObject({ challenge: 'DPoP error="invalid_dpop_proof", algs="ES256 Ed25519"' });
  });

  it("is wanted, and just one", async () => {
    await open();
    expect(await call()).toEqual(refusedFor("invalid_dpop_proof"));
    const authorization = ["authorization", `DPoP ${token}`] as const;
    const [one, two] = [["dpop", await prove()] as const, ["dpop", await prove()] as const];
    expect(await callRaw(authorization, one, two)).toBe(401);
    expect(await callRaw(authorization, one)).toBe(200);
  });
});

describe("a token", () => {
  it("is refused as a bearer token, bound or not", async () => {
    await open();
    const unbound = await mint({});
    expect(await call({ scheme: "Bearer", proof: await prove() })).toEqual(refusedFor("invalid_token"));
    expect(await call({ scheme: "Bearer", token: unbound })).toEqual(refusedFor("invalid_token"));
  });

  it("is wanted", async () => {
    await open();
    const response = await fetch(backend.url);
    expect([response.status, response.headers.get("www-authenticate")]).toEqual([401, 'DPoP algs="ES256"']);
  });

  it("is refused beside another authorization", async () => {
    await open();
    const [one, two] = [["authorization", `DPoP ${token}`] as const, ["authorization", `Bearer ${token}`] as const];
    expect(await callRaw(one, ["dpop", await prove()])).toBe(200);
    expect(await callRaw(one, two, ["dpop", await prove()])).toBe(401);
  });

  it.each([
    ["to another key", { cnf: { jkt: "another" } }],
    ["to no key", {}],
  ])("is refused when bound %s", async (_case, claims) => {
    await open();
    const other = await mint(claims);
    const proof = await prove({ claims: { ath: hash(other) } });
    expect(await call({ token: other, proof })).toEqual(refusedFor("invalid_token"));
  });

  it("is verified where the backend verifies tokens", async () => {
    const as = await startScriptedAs({ clock: { now } });
    const { issuer, jwksUri } = as;
    await open({ verify: { issuer, jwksUri, audience: the.audience, now } });
    const jkt = await calculateJwkThumbprint(await exportJWK(keys.publicKey));
    const issued = await as.issue(some.claims({ aud: the.audience, cnf: { jkt } }));
    const proofFor = (one: string) => prove({ claims: { ath: hash(one) } });
    expect(await call({ token: issued, proof: await proofFor(issued) })).toEqual(good);
    expect(await call({ proof: await prove() })).toEqual(refusedFor("invalid_token"));
    await as.close();
  });

  it("can still be refused by the test", async () => {
    await open();
    backend.refuse(token, 'DPoP error="insufficient_scope"');
    expect(await call({ proof: await prove() })).toMatchObject({ challenge: 'DPoP error="insufficient_scope"' });
  });
});

describe("a nonce", () => {
  const asked = (nonce: unknown, status = 401) => ({ ...refusedFor("use_dpop_nonce"), status, nonce });

  async function callWith(nonce: string | null) {
    return call({ proof: await prove({ claims: nonce === null ? {} : { nonce } }) });
  }

  it.each([undefined, 401, 400] as const)("is asked for with status %s", async (nonceStatus) => {
    await open({ nonce: "required", ...(nonceStatus ? { nonceStatus } : {}) });
    expect(await callWith(null)).toEqual(asked(expect.any(String), nonceStatus));
  });

  it("that is required stays the same", async () => {
    await open({ nonce: "required" });
    const { nonce } = await callWith(null);
    expect([await callWith(nonce), await callWith(nonce)]).toEqual([good, good]);
    expect(await callWith("another")).toEqual(asked(nonce));
  });

  it("that rotates comes with each answer, and only the latest is good", async () => {
    await open({ nonce: "rotating" });
    const first = await callWith(null);
    const second = await callWith(first.nonce);
    expect(second).toEqual({ ...good, nonce: expect.any(String) });
    expect(second.nonce).not.toBe(first.nonce);
    const third = await callWith(first.nonce);
    expect(third).toEqual(asked(expect.any(String)));
    expect([await callWith(second.nonce), await callWith(third.nonce)]).toMatchObject([
      { status: 401 },
      { status: 401 },
    ]);
  });

  it("that rotates comes with every kind of answer", async () => {
    await open({ nonce: "rotating" });
    backend.next(answer.problem(409));
    const { nonce } = await callWith(null);
    const conflict = await callWith(nonce);
    expect(conflict).toEqual({ status: 409, challenge: null, nonce: expect.any(String) });
    expect(await call()).toEqual({ ...refusedFor("invalid_dpop_proof"), nonce: expect.any(String) });
    backend.refuse(token);
    expect(await callWith(null)).toMatchObject({ status: 401, challenge: null, nonce: expect.any(String) });
  });

  it("that rotates is good for one of two requests at the same time", async () => {
    await open({ nonce: "rotating" });
    const { nonce } = await callWith(null);
    const statuses = (await Promise.all([callWith(nonce), callWith(nonce)])).map(({ status }) => status);
    expect(statuses.sort()).toEqual([200, 401]);
  });

  it("that is stuck is asked for for ever", async () => {
    await open({ nonce: "stuck" });
    const { nonce } = await callWith(null);
    expect([await callWith(nonce), await callWith(nonce)]).toEqual([asked(nonce), asked(nonce)]);
    expect(await call({ scheme: "Bearer" })).toEqual(asked(nonce));
  });
});
