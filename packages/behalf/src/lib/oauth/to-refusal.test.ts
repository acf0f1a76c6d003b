import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { the } from "../../../../../test/support/the.ts";
import { answer } from "../../../../../test/support/token-request.ts";
import { TokenRefusedError } from "../errors/token-refused-error.ts";
import { TokenUnreachableError } from "../errors/token-unreachable-error.ts";
import { asksForNonce, readAnswer } from "./server-answer.ts";
import { toRefusal } from "./to-refusal.ts";

const place = {
  url: "https://as.example.com/token",
  client: the.clientId,
  service: "services.inventory",
  grant: "tokenExchange",
};
const read = async (response: Response, strictProtocol = false): Promise<ReturnType<typeof toRefusal>> =>
  toRefusal(await readAnswer(response), place, { at: Date.now(), strictProtocol });
const typed = (body: string, status: number, contentType: string): Response =>
  new Response(body, { status, headers: { "content-type": contentType } });

describe("toRefusal", () => {
  it.each([200, 201, 204, 302])("takes %i for no error of the protocol", async (status) => {
    expect(await read(new Response(null, { status }))).toBeUndefined();
  });

  it.each([
    [400, answer({ error: "invalid_grant" }, 400), "invalid_grant"],
    [401, answer({ error: "invalid_client" }, 401, { "www-authenticate": 'Basic error="other"' }), "invalid_client"],
    [400, answer({ error: "scope_invalid" }, 400), "scope_invalid"],
    [400, typed('{"error":"invalid_scope","title":"T"}', 400, "application/problem+json"), "invalid_scope"],
    [400, typed('{"title":"Alice is locked"}', 400, "application/problem+json"), "unrecognized"],
    [400, typed('{"error":"invalid_grant"}', 400, "text/plain"), "invalid_grant"],
    [400, typed("<html>", 400, "text/html"), "unrecognized"],
    [401, new Response(null, { status: 401 }), "unrecognized"],
    [403, new Response(null, { status: 403 }), "unrecognized"],
    [404, answer({ error: { code: 5 } }, 404), "unrecognized"],
  ])("reads a refusal: %i", async (status, response, error) => {
    const refusal = await read(response);
    expect(refusal).toBeInstanceOf(TokenRefusedError);
    expect(refusal).toMatchObject({ error, status, client: the.clientId, grant: "tokenExchange" });
  });

  it("reads the code of a body that is not called JSON only where the protocol is not held to", async () => {
    const refusal = await read(typed('{"error":"invalid_grant"}', 400, "text/plain"), true);
    expect(refusal).toMatchObject({ error: "unrecognized" });
  });

  it.each([
    [429, typed("Too many", 429, "text/plain")],
    [400, answer({ error: "slow_down" }, 400)],
    [400, answer({ error: "temporarily_unavailable" }, 400)],
    [503, answer({ error: "invalid_grant" }, 503)],
  ])("reads an absence: %i", async (status, response) => {
    response.headers.set("retry-after", "7");
    const refusal = await read(response);
    expect(refusal).toBeInstanceOf(TokenUnreachableError);
    expect(refusal).toMatchObject({ code: "BEHALF_TOKEN_UNREACHABLE", status, retryAfterMs: 7_000, url: place.url });
  });

  it("keeps the claims that a server asks for", async () => {
    const claims = '{"access_token":{"acrs":{"essential":true,"value":"c1"}}}';
    const refusal = await read(answer({ error: "interaction_required", claims }, 400));
    expect(refusal instanceof TokenRefusedError && refusal.claims()).toBe(claims);
  });

  it("prints nothing that the server said", async () => {
    const words = {
      error: the.markerSecret,
      error_description: the.markerSecret,
      title: the.markerSecret,
      claims: JSON.stringify({ a: the.markerSecret }),
    };
    const refusal = await read(answer(words, 400));
    expect(inspect(refusal, { depth: 9, showHidden: true })).not.toContain(the.markerSecret);
  });
});

describe("asksForNonce", () => {
  const asks = async (response: Response): Promise<boolean> => asksForNonce(await readAnswer(response));
  const challenge = { "www-authenticate": 'Basic realm="as", DPoP error="use_dpop_nonce"' };

  it.each([
    [true, answer({ error: "use_dpop_nonce" }, 400)],
    [true, answer({ error: "use_dpop_nonce" }, 401)],
    [true, answer({}, 401, challenge)],
    [false, answer({ error: "use_dpop_nonce" }, 200)],
    [false, answer({ error: "invalid_dpop_proof" }, 400)],
    [false, new Response(null, { status: 401 })],
  ])("is %s", async (expected, response) => {
    expect(await asks(response)).toBe(expected);
  });
});
