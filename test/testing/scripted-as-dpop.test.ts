import { randomUUID } from "node:crypto";
import { createClock, type ScriptedAs } from "behalf/testing";
import {
  calculateJwkThumbprint,
  decodeJwt,
  exportJWK,
  type GenerateKeyPairResult,
  generateKeyPair,
  type JWK,
  SignJWT,
} from "jose";
import { beforeAll, describe, expect, it } from "vitest";
import { postForm, type TokenAnswer } from "../support/post-form.ts";
import { some } from "../support/some.ts";
import { startAs } from "../support/start-servers.ts";
import { the } from "../support/the.ts";

type Changes = Readonly<Record<string, unknown>>;

let privateKey: GenerateKeyPairResult["privateKey"];
let jwk: JWK;
let privateJwk: JWK;

beforeAll(async () => {
  const pair = await generateKeyPair("ES256", { extractable: true });
  privateKey = pair.privateKey;
  jwk = await exportJWK(pair.publicKey);
  privateJwk = await exportJWK(pair.privateKey);
});

function prove(as: ScriptedAs, claims: Changes = {}, header: Changes = {}): Promise<string> {
  const iat = Math.floor(Date.now() / 1000);
  return new SignJWT({ htm: "POST", htu: as.tokenEndpoint, iat, jti: randomUUID(), ...claims })
    .setProtectedHeader({ alg: "ES256", typ: "dpop+jwt", jwk, ...header })
    .sign(privateKey);
}

const authorization = `Basic ${btoa(`${the.clientId}:${the.clientSecret}`)}`;
const ask = (as: ScriptedAs, dpop?: string): Promise<TokenAnswer> =>
  postForm(
    as.tokenEndpoint,
    { grant_type: the.clientCredentialsGrant },
    { authorization, ...(dpop === undefined ? {} : { dpop }) },
  );
const nonceOf = ({ headers }: TokenAnswer): string => String(headers.get("dpop-nonce"));

describe("a proof of possession", () => {
  it("binds the token to its key", async () => {
    const as = await startAs();
    const { body } = await ask(as, await prove(as));
    expect(body.token_type).toBe("DPoP");
    expect(decodeJwt(String(body.access_token)).cnf).toEqual({ jkt: await calculateJwkThumbprint(jwk) });
    expect(as.tokenRequest().presented.proof).toMatchObject({ header: { jwk }, payload: { htm: "POST" } });
  });

  const now = Math.floor(Date.now() / 1000);
  it.each<[string, Changes, Changes]>([
    ["of another typ", {}, { typ: "JWT" }],
    ["without a key", {}, { jwk: undefined }],
    ["of another method", { htm: "GET" }, {}],
    ["of another place", { htu: "http://127.0.0.1/token" }, {}],
    ["without a time", { iat: undefined }, {}],
    ["of an hour ago", { iat: now - 3600 }, {}],
    ["of the next hour", { iat: now + 3600 }, {}],
    ["without a jti", { jti: undefined }, {}],
  ])("is refused %s", async (_case, claims, header) => {
    const as = await startAs();
    const answer = await ask(as, await prove(as, claims, header));
    expect(answer).toMatchObject({ status: 400, body: { error: "invalid_dpop_proof" } });
  });

  it("is refused with a private key, another key, a query, or as no JWT", async () => {
    const as = await startAs();
    const other = await exportJWK((await generateKeyPair("ES256")).publicKey);
    for (const proof of [
      await prove(as, {}, { jwk: privateJwk }),
      await prove(as, {}, { jwk: other }),
      await prove(as, { htu: `${as.tokenEndpoint}?a=1` }),
      "no-jwt",
    ]) {
      expect(await ask(as, proof)).toMatchObject({ status: 400, body: { error: "invalid_dpop_proof" } });
    }
  });

  it("is refused when it comes again", async () => {
    const as = await startAs();
    const proof = await prove(as);
    expect([(await ask(as, proof)).status, (await ask(as, proof)).status]).toEqual([200, 400]);
  });

  it("is judged by the given clock", async () => {
    const clock = createClock();
    const as = await startAs({ clock });
    clock.advance(61_000);
    expect(await ask(as, await prove(as))).toMatchObject({ status: 400 });
  });

  it("leaves an identity assertion unbound", async () => {
    const as = await startAs();
    const requested_token_type = "urn:ietf:params:oauth:token-type:id-jag";
    const form = some.exchangeForm(await as.issue(some.claims()), { requested_token_type });
    const { body } = await postForm(as.tokenEndpoint, form, { authorization, dpop: await prove(as) });
    expect(body.token_type).toBe("N_A");
    expect(decodeJwt(String(body.access_token))).not.toHaveProperty("cnf");
  });

  it("is demanded of a client that is bound to it", async () => {
    const as = await startAs({ clients: [some.client({ dpopBound: true })] });
    const answers = [await ask(as), await ask(as, await prove(as))];
    expect(answers.map(({ status }) => status)).toEqual([400, 200]);
  });

  it("can be ignored for a bearer token", async () => {
    const as = await startAs({ dpop: { downgrades: true } });
    const { body } = await ask(as, await prove(as));
    expect(body.token_type).toBe("Bearer");
    expect(decodeJwt(String(body.access_token))).not.toHaveProperty("cnf");
  });

  it("is demanded of a bound refresh token", async () => {
    const as = await startAs();
    const grant = { clientId: the.clientId, sub: the.alice, jkt: await calculateJwkThumbprint(jwk) };
    const form = { grant_type: "refresh_token", refresh_token: as.issueRefreshToken(grant) };
    expect(await postForm(as.tokenEndpoint, form)).toMatchObject({ status: 400, body: { error: "invalid_grant" } });
    const dpop = await prove(as);
    expect(await postForm(as.tokenEndpoint, form, { authorization, dpop })).toMatchObject({ status: 200 });
  });
});

describe("nonces", () => {
  it("are not spoken of unless asked for", async () => {
    const as = await startAs();
    expect((await ask(as, await prove(as))).headers.get("dpop-nonce")).toBeNull();
  });

  it("stay the same where one is required", async () => {
    const as = await startAs({ dpop: { nonces: "required" } });
    const refused = await ask(as, await prove(as));
    expect(refused).toMatchObject({ status: 400, body: { error: "use_dpop_nonce" } });
    for (const _ of [1, 2]) {
      const answer = await ask(as, await prove(as, { nonce: nonceOf(refused) }));
      expect([answer.status, nonceOf(answer)]).toEqual([200, nonceOf(refused)]);
    }
  });

  it("change with each answer, the last two being good", async () => {
    const as = await startAs({ dpop: { nonces: "rotating" } });
    const nonces = [nonceOf(await ask(as)), nonceOf(await ask(as)), nonceOf(await ask(as))];
    expect(new Set(nonces).size).toBe(3);
    const statuses = [];
    for (const nonce of [nonces[1], nonces[0]]) statuses.push((await ask(as, await prove(as, { nonce }))).status);
    expect(statuses).toEqual([200, 400]);
  });

  it("are never good enough when stuck, until that changes", async () => {
    const as = await startAs({ dpop: { nonces: "stuck" } });
    const nonce = nonceOf(await ask(as, await prove(as)));
    const refused = await ask(as, await prove(as, { nonce }));
    expect(refused).toMatchObject({ status: 400, body: { error: "use_dpop_nonce" } });
    expect(nonceOf(refused)).toBe(nonce);
    as.setDpop({ nonces: "required" });
    expect(await ask(as, await prove(as, { nonce }))).toMatchObject({ status: 200 });
  });

  it("are not demanded of a request without a proof", async () => {
    const as = await startAs({ dpop: { nonces: "required" } });
    expect(await ask(as)).toMatchObject({ status: 200, body: { token_type: "Bearer" } });
  });

  it("refuse a request before a refresh token is used up", async () => {
    const as = await startAs({ dpop: { nonces: "required" } });
    const refresh_token = as.issueRefreshToken({ clientId: the.clientId, sub: the.alice });
    const form = { grant_type: "refresh_token", refresh_token };
    const refused = await postForm(as.tokenEndpoint, form, { authorization, dpop: await prove(as) });
    expect(refused.body.error).toBe("use_dpop_nonce");
    const dpop = await prove(as, { nonce: nonceOf(refused) });
    expect(await postForm(as.tokenEndpoint, form, { authorization, dpop })).toMatchObject({ status: 200 });
  });
});
