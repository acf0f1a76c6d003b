import { inspect } from "node:util";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { TokenRefusedError } from "../../packages/behalf/src/lib/errors/token-refused-error.ts";
import { requestToken } from "../../packages/behalf/src/lib/oauth/request-token.ts";
import type { ServerConnection } from "../../packages/behalf/src/lib/oauth/server-connection.ts";
import type { IssuedToken } from "../../packages/behalf/src/lib/oauth/token-request.ts";
import { type Fault, fault, type ScriptedAs, startScriptedAs } from "../support/scripted-as.ts";
import { the } from "../support/the.ts";
import { connectTo, someMetadata, someTokenRequest } from "../support/token-request.ts";

let as: ScriptedAs;
let network: { readonly connection: ServerConnection; close(): Promise<void> };

beforeAll(async () => {
  as = await startScriptedAs();
  network = connectTo(as.issuer);
});
afterEach(() => as.faults.clear());
afterAll(async () => {
  await network.close();
  await as.close();
});

function ask(signal: AbortSignal = new AbortController().signal): Promise<IssuedToken> {
  const tokenEndpoint = new URL(`${as.tokenEndpoint}?tenant=${the.markerSecret}`);
  const metadata = someMetadata(as.issuer, { tokenEndpoint });
  return requestToken(someTokenRequest(), { connection: network.connection, metadata, now: Date.now, signal });
}

async function failBy(given: Fault): Promise<{ readonly error: unknown; readonly requests: number }> {
  const before = as.tokenRequests.length;
  as.faults.always("token", given);
  const error: unknown = await ask().catch((thrown: unknown) => thrown);
  return { error, requests: as.tokenRequests.length - before };
}

const challenge = { "www-authenticate": 'Basic realm="as", error="of_the_header"' };
const marked = {
  error_description: the.markerSecret,
  error_uri: `https://${the.markerSecret}`,
  access_token: the.markerSecret,
};

describe("a refusal", () => {
  it.each([
    ["invalid_grant", fault.oauthError("invalid_grant", { members: marked }), 400],
    ["invalid_client", fault.oauthError("invalid_client", { headers: challenge, members: marked }), 401],
    ["invalid_scope", fault.oauthError("invalid_scope", { headers: challenge }), 400],
    ["unrecognized", fault.oauthError(the.markerSecret), 400],
    ["unrecognized", fault.status(403), 403],
    ["unrecognized", fault.status(401, challenge), 401],
    ["unrecognized", fault.html(400), 400],
    ["unrecognized", fault.emptyRefusal(401), 401],
    ["unrecognized", fault.problem(400, { detail: the.markerSecret }), 400],
    ["invalid_grant", fault.problem(400, { error: "invalid_grant", detail: the.markerSecret }), 400],
    ["invalid_grant", fault.all(fault.oauthError("invalid_grant"), fault.contentType("text/plain")), 400],
    ["scope_invalid", fault.scopeInvalid(), 400],
    ["unrecognized", fault.all(fault.oauthError("invalid_grant"), fault.malformedJson()), 400],
  ])("is typed: %s", async (error, given, status) => {
    const failed = await failBy(given);
    expect(failed.error).toBeInstanceOf(TokenRefusedError);
    expect(failed).toMatchObject({
      requests: 1,
      error: { error, status, client: the.clientId, service: "services.inventory", grant: "clientCredentials" },
    });
    expect(inspect(failed.error, { depth: 9, showHidden: true })).not.toContain(the.markerSecret);
  });

  it("tells the server's words when asked", async () => {
    const { error } = await failBy(fault.oauthError("invalid_grant", { members: marked }));
    const words = error instanceof TokenRefusedError && [error.errorDescription(), error.errorUri()];
    expect(words).toEqual([the.markerSecret, `https://${the.markerSecret}`]);
  });
});

const unreachable = { code: "BEHALF_TOKEN_UNREACHABLE", status: undefined };
const unreadable = { code: "BEHALF_TOKEN_UNREADABLE", status: 200 };

describe("no usable answer", () => {
  it.each([
    ["429", fault.tooManyRequests(3), { ...unreachable, status: 429, retryAfterMs: 3_000 }],
    [
      "429 in plain text",
      fault.plainTooManyRequests({ xRetryAfter: 4 }),
      { ...unreachable, status: 429, retryAfterMs: 4_000 },
    ],
    ["a wish to slow down", fault.slowDown(), { ...unreachable, status: 400 }],
    ["a redirect", fault.status(302, { location: "https://evil.example" }), { ...unreadable, status: 302 }],
    ["201", fault.status(201), { ...unreadable, status: 201 }],
    ["HTML", fault.html(), unreadable],
    ["an empty body", fault.emptyBody(), unreadable],
    ["half of the JSON", fault.malformedJson(), unreadable],
    ["2 MiB", fault.hugeBody(), { ...unreadable, status: undefined }],
    ["an empty token", fault.change({ access_token: "" }), unreadable],
    ["a token for a key", fault.change({ token_type: "DPoP" }), unreadable],
    ["no token type", fault.change({ token_type: undefined }), unreadable],
    ["a token that is none", fault.change({ token_type: "N_A" }), unreadable],
    ["a negative life", fault.change({ expires_in: -1 }), unreadable],
  ])("comes as %s", async (_, given, expected) => {
    const { error, requests } = await failBy(given);
    expect(error).toMatchObject({ ...expected, client: the.clientId, url: as.tokenEndpoint });
    expect(requests).toBe(1);
    expect(inspect(error, { depth: 9, showHidden: true })).not.toMatch(/eyJ|marker/);
  });

  it.each([
    ["500", fault.status(500), { ...unreachable, status: 500 }],
    ["503", fault.oauthError("temporarily_unavailable", { status: 503 }), { ...unreachable, status: 503 }],
    ["a dropped connection", fault.drop(), unreachable],
  ])("comes as %s, after one retry", async (_, given, expected) => {
    const { error, requests } = await failBy(given);
    expect(error).toMatchObject({ ...expected, client: the.clientId, url: as.tokenEndpoint });
    expect(requests).toBe(2);
  });

  it("is mended by the one retry", async () => {
    const before = as.tokenRequests.length;
    as.faults.next("token", fault.drop());
    expect((await ask()).token.isJwt).toBe(true);
    expect(as.tokenRequests.length - before).toBe(2);
  });

  it.each([fault.hang(), fault.stall()])("is a timeout at the deadline", async (given) => {
    as.faults.always("token", given);
    await expect(ask(AbortSignal.timeout(50))).rejects.toMatchObject({
      code: "BEHALF_TOKEN_TIMEOUT",
      client: the.clientId,
      cause: { name: "TimeoutError" },
    });
  });
});

describe("an abort", () => {
  it("passes its reason through and ends the request", async () => {
    const gate = as.hold();
    const controller = new AbortController();
    const reason = new Error("the caller hung up");
    const asked = ask(controller.signal);
    await gate.arrived();
    controller.abort(reason);
    await expect(asked).rejects.toBe(reason);
    await expect.poll(() => as.tokenRequest().aborted).toBe(true);
    gate.release();
  });
});
