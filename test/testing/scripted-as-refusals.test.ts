import { type Fault, fault, type ScriptedAs, startScriptedAs } from "behalf/testing";
import { decodeJwt, decodeProtectedHeader } from "jose";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { postForm, type TokenAnswer } from "../support/post-form.ts";
import { some } from "../support/some.ts";
import { the } from "../support/the.ts";

let as: ScriptedAs;

beforeEach(async () => {
  as = await startScriptedAs({ clients: [some.client({ scope: the.scope })] });
});
afterEach(() => as.close());

const ask = async (form: Readonly<Record<string, string>> = {}): Promise<Response> =>
  fetch(as.tokenEndpoint, {
    method: "POST",
    headers: { authorization: `Basic ${btoa(`${the.clientId}:${the.clientSecret}`)}` },
    body: some.exchangeForm(await as.issue(some.claims()), { scope: the.scope, ...form }),
  });

async function askWith(shape: Fault): Promise<TokenAnswer> {
  as.faults.next("token", shape);
  return postForm(as.tokenEndpoint, some.exchangeForm(await as.issue(some.claims()), { scope: the.scope }));
}

describe("refusals", () => {
  it.each<[string, Fault, readonly [number, string, string]]>([
    ["nothing", fault.emptyRefusal(), [400, "", ""]],
    ["nothing but 403", fault.emptyRefusal(403), [403, "", ""]],
    ["plain text", fault.plainTooManyRequests(), [429, "text/plain", "Too many requests"]],
    ["a problem", fault.problem(400, { code: "E1" }), [400, "application/problem+json", '"code":"E1"']],
    ["slow_down", fault.slowDown(), [400, "application/json", "slow_down"]],
    ["a code of its own", fault.scopeInvalid(), [400, "application/json", "scope_invalid"]],
  ])("can be %s", async (_case, shape, [status, type, text]) => {
    as.faults.next("token", shape);
    const response = await ask();
    expect([response.status, response.headers.get("content-type") ?? ""]).toEqual([status, type]);
    expect(await response.text()).toContain(text);
  });

  it("can name the time to come back in either header", async () => {
    as.faults.next("token", fault.plainTooManyRequests({ retryAfter: 7, xRetryAfter: 9 }));
    const { headers } = await ask();
    expect([headers.get("retry-after"), headers.get("x-retry-after")]).toEqual(["7", "9"]);
  });

  it("can all be invalid_request, while successes stay", async () => {
    as.faults.always("token", fault.flattenErrors());
    const refused = await ask({ scope: "all" });
    expect([refused.status, await refused.json()]).toEqual([400, { error: "invalid_request" }]);
    expect((await ask()).status).toBe(200);
  });

  it("can have other names", async () => {
    as.faults.always("token", fault.renameErrors({ invalid_scope: "scope_invalid" }));
    expect(await (await ask({ scope: "all" })).json()).toMatchObject({ error: "scope_invalid" });
    expect(await (await ask({ requested_token_type: "x" })).json()).toMatchObject({ error: "invalid_request" });
  });
});

describe("odd successes", () => {
  const claimsOf = ({ body }: TokenAnswer) => decodeJwt(String(body.access_token));

  it("tell the life as text", async () => {
    expect((await askWith(fault.expiresInAsText())).body.expires_in).toBe("300");
  });

  it("leave out the issued type", async () => {
    expect((await askWith(fault.withoutIssuedTokenType())).body).not.toHaveProperty("issued_token_type");
  });

  it("have another typ", async () => {
    const { body } = await askWith(fault.typ("at+JWT"));
    expect(decodeProtectedHeader(String(body.access_token)).typ).toBe("at+JWT");
  });

  it("have no subject", async () => {
    expect(claimsOf(await askWith(fault.nullSubject())).sub).toBeNull();
  });

  it("are for another audience, signed well", async () => {
    const answer = await askWith(fault.otherAudience("elsewhere"));
    expect(claimsOf(answer)).toMatchObject({ aud: "elsewhere", sub: the.alice });
    const form = some.exchangeForm(String(answer.body.access_token));
    expect(await postForm(as.tokenEndpoint, form)).toMatchObject({ status: 200 });
  });

  it("have more scope than was asked for", async () => {
    const answer = await askWith(fault.widerScope(the.otherScope));
    const scope = `${the.scope} ${the.otherScope}`;
    expect([answer.body.scope, claimsOf(answer).scope]).toEqual([scope, scope]);
  });
});

describe("what a fault leaves behind", () => {
  const refresh = (refresh_token: string): Promise<TokenAnswer> =>
    postForm(as.tokenEndpoint, { grant_type: "refresh_token", refresh_token });
  const issue = (): string => as.issueRefreshToken({ clientId: the.clientId, sub: the.alice });

  it.each<[string, Fault]>([
    ["drop", fault.drop()],
    ["close", fault.close()],
  ])("is a used refresh token when the answer is lost: %s", async (_case, shape) => {
    const token = issue();
    as.faults.next("token", shape);
    await expect(refresh(token)).rejects.toThrow("fetch failed");
    expect(as.tokenRequest().form.get("refresh_token")).toBe(token);
    expect(await refresh(token)).toMatchObject({ status: 400, body: { error: "invalid_grant" } });
  });

  it.each<[string, Fault]>([
    ["oauthError", fault.oauthError("temporarily_unavailable")],
    ["delay", fault.delay(1, fault.oauthError("temporarily_unavailable"))],
    ["all", fault.all(fault.oauthError("temporarily_unavailable"), fault.contentType("text/json"))],
  ])("is nothing when the request was turned away: %s", async (_case, shape) => {
    const token = issue();
    as.faults.next("token", shape);
    expect(await refresh(token)).toMatchObject({ status: 400 });
    expect(await refresh(token)).toMatchObject({ status: 200 });
  });
});
