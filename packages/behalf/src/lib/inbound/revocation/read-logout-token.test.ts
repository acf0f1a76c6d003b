import { importJWK } from "jose";
import { beforeAll, describe, expect, it } from "vitest";
import { createClock } from "../../../../../../test/support/clock.ts";
import { createTestKey, type TestKey } from "../../../../../../test/support/signing-key.ts";
import { the } from "../../../../../../test/support/the.ts";
import { MultiStringValue } from "../../values/multi-string-value.ts";
import type { VerificationKey } from "../keys/verification-keys.ts";
import { createReplayStore } from "../proofs/replay-store.ts";
import { type LogoutTokenRules, readLogoutToken } from "./read-logout-token.ts";

const issuer = "https://login.example.com";
const logoutEvent = "http://schemas.openid.net/event/backchannel-logout";
const signer = createTestKey.ES256();
const stranger = createTestKey.ES256();
const rsa = createTestKey.RS256();
const published: VerificationKey[] = [];

async function toVerificationKey({ key }: TestKey): Promise<VerificationKey> {
  const imported = await importJWK({ ...key.publicJwk, kty: String(key.publicJwk?.kty) }, key.algorithm);
  if (imported instanceof Uint8Array) throw new Error("not a public key");
  return { key: imported, origin: { kid: undefined, issuer: undefined, live: true } };
}

beforeAll(async () => {
  // The one that did not sign comes first: each is to be tried.
  published.push(await toVerificationKey(rsa), await toVerificationKey(signer));
});

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");

async function sign(header: object, claims: object, { key }: TestKey = signer): Promise<string> {
  const input = `${encode({ alg: key.algorithm, ...header })}.${encode(claims)}`;
  return `${input}.${Buffer.from(await key.sign(Buffer.from(input))).toString("base64url")}`;
}

function open(changes: Partial<LogoutTokenRules> = {}) {
  const clock = createClock();
  const seconds = clock.now() / 1000;
  const realm = {
    issuers: [issuer],
    authority: issuer,
    issuerTemplate: undefined,
    tenant: undefined,
    keys: { find: async () => published },
    readIssuer: async () => issuer,
  };
  const rules: LogoutTokenRules = {
    realm,
    audience: MultiStringValue.from(the.clientId),
    algorithms: ["ES256", "none"],
    clockToleranceMs: 5_000,
    now: clock.now,
    replays: createReplayStore({ now: clock.now }),
    ...changes,
  };
  const claims = {
    iss: issuer,
    aud: the.clientId,
    iat: seconds,
    exp: seconds + 120,
    jti: "logout-1",
    events: { [logoutEvent]: {} },
    sub: the.alice,
    sid: "session-1",
  };
  return { clock, claims, seconds, realm, read: (text: unknown) => readLogoutToken(text, rules) };
}

const refused = (reason: string) => expect.objectContaining({ name: "CallerTokenError", reason });

describe("readLogoutToken", () => {
  it.each([undefined, "JWT", "jwt", "logout+jwt", "Logout+JWT", "application/logout+jwt"])(
    "tells what has ended, of a token of type %s",
    async (typ) => {
      const { read, claims } = open();
      const ended = await read(await sign({ typ }, claims));
      expect(ended).toEqual({ issuer, subject: the.alice, sessionId: "session-1" });
    },
  );

  it.each([
    [{ sid: undefined }, { issuer, subject: the.alice, sessionId: undefined }],
    [{ sub: undefined }, { issuer, subject: undefined, sessionId: "session-1" }],
    [{ exp: undefined }, { subject: the.alice }],
    [{ aud: ["other-api", the.clientId] }, { subject: the.alice }],
    [{ events: { "urn:other": 1, [logoutEvent]: { more: true } } }, { subject: the.alice }],
  ])("accepts a token with %j", async (changes, ended) => {
    const { read, claims } = open();
    expect(await read(await sign({}, { ...claims, ...changes }))).toMatchObject(ended);
  });

  it.each(["at+jwt", "application/at+jwt", "id_token", "dpop+jwt", "secevent+jwt", "", 1, null])(
    "refuses a token of type %j",
    async (typ) => {
      const { read, claims } = open();
      await expect(read(await sign({ typ }, claims))).rejects.toEqual(refused("typ"));
    },
  );

  it.each([
    [{ iss: undefined }, "issuer"],
    [{ iss: `${issuer}/` }, "issuer"],
    [{ iss: [issuer] }, "issuer"],
    [{ aud: undefined }, "audience"],
    [{ aud: "other-api" }, "audience"],
    [{ aud: [] }, "audience"],
    [{ iat: undefined }, "claims"],
    [{ iat: "1" }, "claims"],
    [{ exp: "9999999999" }, "claims"],
    [{ jti: undefined }, "claims"],
    [{ jti: "" }, "claims"],
    [{ jti: 7 }, "claims"],
    [{ sub: undefined, sid: undefined }, "claims"],
    [{ sub: "" }, "claims"],
    [{ sub: [the.alice] }, "claims"],
    [{ sid: 1 }, "claims"],
    [{ sid: null }, "claims"],
    [{ nonce: "n-1" }, "claims"],
    [{ nonce: null }, "claims"],
    [{ events: undefined }, "claims"],
    [{ events: [logoutEvent] }, "claims"],
    [{ events: logoutEvent }, "claims"],
    [{ events: {} }, "claims"],
    [{ events: { [logoutEvent]: null } }, "claims"],
    [{ events: { [logoutEvent]: [] } }, "claims"],
    [{ events: { [logoutEvent]: true } }, "claims"],
    [{ events: { [`${logoutEvent}/`]: {} } }, "claims"],
  ])("refuses a token with %j", async (changes, reason) => {
    const { read, claims } = open();
    await expect(read(await sign({}, { ...claims, ...changes }))).rejects.toEqual(refused(reason));
  });

  it("accepts a token for five minutes after its issue, give or take the tolerance", async () => {
    const { read, claims, seconds } = open();
    const issuedAt = async (iat: number) => read(await sign({}, { ...claims, iat, exp: undefined, jti: `at ${iat}` }));
    await expect(issuedAt(seconds - 305)).rejects.toEqual(refused("expired"));
    await expect(issuedAt(seconds + 6)).rejects.toEqual(refused("notYetValid"));
    for (const iat of [seconds - 304, seconds + 5]) expect(await issuedAt(iat)).toMatchObject({ subject: the.alice });
  });

  it("refuses a token that has ended", async () => {
    const { read, claims, seconds } = open();
    const expired = await sign({}, { ...claims, exp: seconds - 5 });
    await expect(read(expired)).rejects.toEqual(refused("expired"));
  });

  it("accepts a token once, as long as it would be good", async () => {
    const { read, claims, clock } = open();
    const lasting = await sign({}, { ...claims, exp: undefined });
    await read(lasting);
    await expect(read(lasting)).rejects.toEqual(refused("replay"));
    clock.advance(304_999);
    await expect(read(lasting)).rejects.toEqual(refused("replay"));
    clock.advance(1);
    await expect(read(lasting)).rejects.toEqual(refused("expired"));
  });

  it("takes no note of a token that it refuses", async () => {
    const { read, claims } = open();
    for (const changes of [{ aud: "other-api" }, { nonce: "n-1" }, { sub: 1 }]) {
      await expect(read(await sign({}, { ...claims, ...changes }))).rejects.toMatchObject({ name: "CallerTokenError" });
    }
    await expect(read(await sign({}, claims, stranger))).rejects.toEqual(refused("signature"));
    expect(await read(await sign({}, claims))).toMatchObject({ subject: the.alice });
  });

  it("refuses a token that the issuer did not sign", async () => {
    const { read, claims } = open();
    await expect(read(await sign({}, claims, stranger))).rejects.toEqual(refused("signature"));
    const [header, , signature] = (await sign({}, claims)).split(".");
    const changed = `${header}.${encode({ ...claims, sub: the.bob })}.${signature}`;
    await expect(read(changed)).rejects.toEqual(refused("signature"));
  });

  it("refuses a token whose key nobody knows, or that is another issuer's", async () => {
    const { realm, claims } = open();
    const text = await sign({}, claims);
    const foreign = published.map(({ key, origin }) => ({
      key,
      origin: { ...origin, issuer: "https://other.example" },
    }));
    for (const found of [[], foreign]) {
      const { read } = open({ realm: { ...realm, keys: { find: async () => found } } });
      await expect(read(text)).rejects.toEqual(refused("unknownKey"));
    }
  });

  it("refuses other algorithms, and none", async () => {
    const { read, claims } = open();
    await expect(read(await sign({}, claims, rsa))).rejects.toEqual(refused("algorithm"));
    for (const alg of ["none", "None", "HS256", "es256"]) {
      const unsigned = `${encode({ alg })}.${encode(claims)}.`;
      await expect(read(unsigned)).rejects.toMatchObject({ name: "CallerTokenError" });
    }
  });

  it.each([{ crit: ["exp"] }, { b64: false, crit: ["b64"] }])("refuses the header %j", async (header) => {
    const { read, claims } = open();
    await expect(read(await sign(header, claims))).rejects.toEqual(refused("critical"));
  });

  it.each([
    [undefined, "missing"],
    ["", "missing"],
    [["a.b.c"], "malformed"],
    ["not a jwt", "malformed"],
    ["e30.e30", "malformed"],
    ["a.b.c.d.e", "malformed"],
    [`e30.${"e".repeat(40_000)}.e30`, "tooLong"],
  ])("refuses %j", async (text, reason) => {
    await expect(open().read(text)).rejects.toEqual(refused(reason));
  });

  it("passes on that the keys cannot be had", async () => {
    const { realm, claims } = open();
    const away = new Error("away");
    const { read } = open({ realm: { ...realm, keys: { find: () => Promise.reject(away) } } });
    await expect(read(await sign({}, claims))).rejects.toBe(away);
  });
});
