import { decodeJwt } from "jose";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createDpopProver } from "../../packages/behalf/src/lib/oauth/dpop.ts";
import type { TokenRequest } from "../../packages/behalf/src/lib/oauth/token-request.ts";
import { tokenTypes } from "../../packages/behalf/src/lib/oauth/token-types.ts";
import { ActorToken } from "../../packages/behalf/src/lib/values/actor-token.ts";
import { openServer, type ServerUnderTest } from "../support/ask-server.ts";
import { fault, type ScriptedAs, startScriptedAs } from "../support/scripted-as.ts";
import { createTestKey } from "../support/signing-key.ts";
import { some } from "../support/some.ts";
import { someTokenRequest } from "../support/token-request.ts";

const { key } = createTestKey.ES256();
let as: ScriptedAs;
let server: ServerUnderTest;

beforeAll(async () => {
  as = await startScriptedAs({
    clients: [some.client(), some.client({ clientId: "keyed", keys: [key.publicJwk ?? {}], dpopBound: true })],
  });
  server = openServer(as.issuer);
});
beforeEach(() => as.setDpop({ nonces: "none", downgrades: false }));
afterAll(async () => {
  await server.close();
  await as.close();
});

const bind = (changes: Partial<TokenRequest> = {}): TokenRequest =>
  someTokenRequest({ dpop: createDpopProver({ key, now: Date.now }), ...changes });

/** How many requests it takes. */
async function count(request: TokenRequest): Promise<number> {
  const before = as.tokenRequests.length;
  const { tokenType } = await server.ask(request);
  expect(tokenType).toBe("DPoP");
  return as.tokenRequests.length - before;
}

describe("a token that is bound to a key", () => {
  it.each(["ES256", "RS256", "EdDSA"] as const)("is bound to one for %s", async (kind) => {
    const dpop = createDpopProver({ key: createTestKey[kind]().key, now: Date.now });
    const { token } = await server.ask(bind({ dpop }));
    expect(decodeJwt(token.value()).cnf).toEqual({ jkt: dpop.thumbprint });
  });

  it.each([
    ["required", 2, 1],
    ["rotating", 2, 1],
  ] as const)("takes a nonce where one is %s", async (nonces, first, second) => {
    as.setDpop({ nonces });
    const request = bind();
    expect([await count(request), await count(request)]).toEqual([first, second]);
  });

  it("takes no assertion twice on its way", async () => {
    as.setDpop({ nonces: "required" });
    const credentials = { clientId: "keyed", signingKey: key, authentication: "private_key_jwt" } as const;
    expect(await count(bind({ credentials }))).toBe(2);
  });

  it("gives up on a server that is never content", async () => {
    as.setDpop({ nonces: "stuck" });
    const before = as.tokenRequests.length;
    await expect(server.ask(bind())).rejects.toMatchObject({ error: "use_dpop_nonce", status: 400 });
    expect(as.tokenRequests.length - before).toBe(2);
  });

  it("is never traded for one that is not", async () => {
    as.setDpop({ downgrades: true });
    await expect(server.ask(bind())).rejects.toMatchObject({ code: "BEHALF_TOKEN_UNREADABLE" });
  });

  it("has another proof after a dropped connection", async () => {
    as.faults.next("token", fault.drop());
    expect(await count(bind())).toBe(2);
  });

  it("comes by a refresh token that is bound, too", async () => {
    as.setDpop({ nonces: "required" });
    const dpop = createDpopProver({ key, now: Date.now });
    const text = as.issueRefreshToken({ clientId: "orders-api", sub: "alice", jkt: dpop.thumbprint });
    const subject = { token: new ActorToken(text), tokenType: tokenTypes.refreshToken };
    expect(await count(bind({ dpop, grantType: "refreshToken", subject }))).toBe(2);
  });
});
