import { AssertionError } from "node:assert";
import { createScriptedAs, type ExpectedTokenStep, expectTokenFlow, fault, type ScriptedAs } from "behalf/testing";
import { beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { some } from "../support/some.ts";
import { the } from "../support/the.ts";

const jwtBearer = { grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer" };
let as: ScriptedAs;

beforeEach(async () => {
  as = await createScriptedAs();
  onTestFinished(() => as.close());
});

async function post(form: URLSearchParams | Readonly<Record<string, string>>): Promise<void> {
  const headers = { authorization: `Basic ${btoa(`${the.clientId}:${the.clientSecret}`)}` };
  await as.fetch(as.tokenEndpoint, { method: "POST", headers, body: new URLSearchParams(form) });
}

async function exchange(sub: string, changes: Readonly<Record<string, string>> = {}): Promise<void> {
  await post(some.exchangeForm(await as.issue({ sub }), changes));
}

/** Gives what an assertion fails with. */
function failOf(assert: () => unknown): AssertionError {
  try {
    assert();
  } catch (error) {
    if (error instanceof AssertionError) return error;
    throw error;
  }
  throw new Error("The assertion holds");
}

describe("tokenFlow", () => {
  it("tells a token exchange", async () => {
    await exchange(the.alice, { scope: `${the.scope} ${the.otherScope}`, resource: the.resource });
    expect(as.tokenFlow).toEqual([
      {
        grant: "tokenExchange",
        client: the.clientId,
        subject: the.alice,
        audience: [the.audience],
        resource: [the.resource],
        scope: [the.scope, the.otherScope],
        outcome: "issued",
      },
    ]);
  });

  it("tells client credentials, which have no subject", async () => {
    await post({ grant_type: the.clientCredentialsGrant });
    expect(as.tokenFlow).toEqual([
      { grant: "clientCredentials", client: the.clientId, audience: [], resource: [], scope: [], outcome: "issued" },
    ]);
  });

  it.each([
    ["onBehalfOf", { requested_token_use: "on_behalf_of", scope: the.scope }],
    ["jwtBearer", {}],
  ])("tells %s", async (grant, form) => {
    await post({ ...jwtBearer, assertion: await as.issue({ sub: the.bob }), ...form } as Record<string, string>);
    expect(as.tokenFlow).toMatchObject([{ grant, subject: the.bob, outcome: "issued" }]);
  });

  it("tells whose a refresh token is, also when it was used before", async () => {
    const refresh_token = as.issueRefreshToken({ clientId: the.clientId, sub: the.alice });
    for (const _ of [1, 2]) await post({ grant_type: "refresh_token", refresh_token });
    const step = { grant: "refreshToken", subject: the.alice };
    expect(as.tokenFlow).toMatchObject([
      { ...step, outcome: "issued" },
      { ...step, outcome: "invalid_grant" },
    ]);
  });

  it("tells whose an opaque token is, and who acts", async () => {
    const actor_token = await as.issue({ sub: "robot" });
    const form = some.exchangeForm(as.issueOpaque({ sub: the.bob }), {
      actor_token,
      actor_token_type: the.accessTokenType,
    });
    await post(form);
    expect(as.tokenFlow).toMatchObject([{ subject: the.bob, actor: "robot", outcome: "invalid_request" }]);
  });

  it("names no subject that cannot be read, and no grant that it does not know", async () => {
    await post(some.exchangeForm("no-token"));
    await post({ grant_type: "password" });
    expect(as.tokenFlow).toMatchObject([{ outcome: "invalid_request" }, { grant: "other" }]);
    expect(as.tokenFlow.some((step) => "subject" in step)).toBe(false);
  });

  it.each([
    ["503", fault.status(503)],
    ["429", fault.tooManyRequests(1)],
    ["200", fault.html()],
    ["drop", fault.drop()],
    ["invalid_client", fault.oauthError("invalid_client")],
  ])("tells what came of it: %s", async (outcome, given) => {
    as.faults.next("token", given);
    await exchange(the.alice).catch(() => {});
    expect(as.tokenFlow).toMatchObject([{ outcome }]);
  });

  it("tells of no outcome while the request waits", async () => {
    const gate = as.hold();
    const asked = exchange(the.alice);
    await gate.arrived();
    expect(as.tokenFlow[0]).not.toHaveProperty("outcome");
    gate.release();
    await asked;
    expect(as.tokenFlow[0]).toHaveProperty("outcome", "issued");
  });

  it("begins anew when the requests are forgotten", async () => {
    await exchange(the.alice);
    as.forgetRequests();
    await exchange(the.bob);
    expectTokenFlow(as).toBe([{ subject: the.bob }]);
  });
});

describe("expectTokenFlow", () => {
  it("takes what was asked, in the fields that it names", async () => {
    await exchange(the.alice);
    await exchange(the.bob, { scope: `${the.scope} ${the.otherScope}` });
    expectTokenFlow(as)
      .toBe([
        { grant: "tokenExchange", client: the.clientId, subject: the.alice, audience: the.audience, scope: undefined },
        { subject: the.bob, scope: `${the.otherScope} ${the.scope}`, audience: [the.audience], outcome: "issued" },
      ])
      .count(2);
  });

  it.each<readonly [string, readonly ExpectedTokenStep[]]>([
    ["another subject", [{ subject: the.bob }]],
    ["another grant", [{ grant: "clientCredentials" }]],
    ["another audience", [{ audience: the.otherAudience }]],
    ["an audience too many", [{ audience: [the.audience, the.otherAudience] }]],
    ["a scope where there is none", [{ scope: the.scope }]],
    ["none where there is one", [{ audience: [] }]],
    ["undefined where there is one", [{ audience: undefined }]],
    ["another client", [{ client: the.otherClientId }]],
    ["another outcome", [{ outcome: "invalid_grant" }]],
    ["more", [{}, {}]],
    ["less", []],
  ])("refuses %s", async (_case, expected) => {
    await exchange(the.alice);
    expect(() => expectTokenFlow(as).toBe(expected)).toThrow(AssertionError);
    expect(() => expectTokenFlow(as).toBeInAnyOrder(expected)).toThrow(AssertionError);
  });

  it("looks at the order only where it is asked to", async () => {
    await exchange(the.alice);
    await exchange(the.bob);
    const reversed = [{ subject: the.bob }, { subject: the.alice }];
    expect(() => expectTokenFlow(as).toBe(reversed)).toThrow("in this order");
    expectTokenFlow(as).toBeInAnyOrder(reversed);
  });

  it("finds a pairing in any order, where an expectation fits several requests", async () => {
    for (const sub of [the.alice, the.bob, "carol"]) await exchange(sub);
    expectTokenFlow(as).toBeInAnyOrder([
      { grant: "tokenExchange" },
      { audience: the.audience },
      { subject: the.alice },
    ]);
    const twice = [{ subject: the.alice }, { subject: the.alice }, {}];
    expect(() => expectTokenFlow(as).toBeInAnyOrder(twice)).toThrow(AssertionError);
  });

  it("looks at some of the requests", async () => {
    await exchange(the.alice);
    await exchange(the.bob);
    await exchange(the.bob, { audience: the.otherAudience });
    expectTokenFlow(as).of({ subject: the.bob }).count(2).of({ audience: the.otherAudience }).count(1);
    expectTokenFlow(as).of({ subject: "carol" }).none();
    expect(() => expectTokenFlow(as).of({ subject: the.bob }).none()).toThrow("Expected 0 token requests, not 2.");
  });

  it("refuses a name that no token request has", () => {
    const misspelt: object = { audiance: the.audience };
    expect(() => expectTokenFlow(as).toBe([misspelt])).toThrow('A token request has no "audiance".');
    expect(() => expectTokenFlow(as).of(misspelt)).toThrow(TypeError);
  });
});

describe("a failure", () => {
  it("shows the expected and the actual flow", async () => {
    await exchange(the.alice);
    await exchange(the.bob);
    const expected = [{ subject: the.alice }, { subject: the.alice, audience: the.audience }, { scope: undefined }];
    expect(failOf(() => expectTokenFlow(as).toBe(expected)).message).toBe(`The token flow is not as expected.

expected: 3 token requests, in this order
     #  subject  audience   scope
     1  alice    *          *
  ✗  2  alice    inventory  *
  ✗  3  *        *          –

actual: 2 token requests
     #  grant          client      subject  audience   outcome
     1  tokenExchange  orders-api  alice    inventory  issued
  ✗  2  tokenExchange  orders-api  bob      inventory  issued`);
  });

  it("shows what was counted, and which requests were looked at", async () => {
    await exchange(the.alice);
    const { message } = failOf(() => expectTokenFlow(as).of({ subject: the.bob }).count(1));
    expect(message).toBe(`Expected 1 token request, not 0.

actual:
  none

looked at: those like each of
     #  subject
     1  bob`);
  });

  it("points at the line that asserts", () => {
    const { stack = "" } = failOf(() => expectTokenFlow(as).count(1));
    expect(stack.split("\n").find((line) => line.trim().startsWith("at "))).toContain("token-flow.test.ts");
  });

  it("holds no token, wherever a test has put one", async () => {
    const token = await as.issue({ sub: the.alice });
    const refresh = as.issueRefreshToken({ clientId: the.clientId, sub: the.alice });
    const opaque = as.issueOpaque({ sub: the.alice });
    await exchange(the.alice, { audience: token, scope: refresh, resource: opaque });
    await post({ grant_type: "refresh_token", refresh_token: refresh });
    const { message } = failOf(() => expectTokenFlow(as).toBe([{ audience: token }]));
    for (const secret of [token, refresh, opaque, the.clientSecret, token.slice(0, 20)]) {
      expect(message).not.toContain(secret);
    }
    expect(message).toContain("[a token]");
  });

  it("stays readable when there are very many requests", async () => {
    for (let index = 0; index < 60; index++) await post({ grant_type: the.clientCredentialsGrant });
    const { message } = failOf(() => expectTokenFlow(as).none());
    expect(message).toMatch(/^ +50 .*\n {2}… and 10 more$/m);
  });
});
