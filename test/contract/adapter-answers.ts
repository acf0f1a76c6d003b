import { describe, expect, it } from "vitest";
import { createRecordingLogger } from "../support/recording-logger.ts";
import { fault } from "../support/scripted-as.ts";
import { answer } from "../support/scripted-backend.ts";
import { the } from "../support/the.ts";
import type { StartApi } from "./api-under-test.ts";
import { type MakeRoutes, openOrdersApi } from "./open-orders-api.ts";

const invalidToken = 'Bearer error="invalid_token"';
const stepUp = 'Bearer error="insufficient_user_authentication"';

function testRefusedSubjects(start: StartApi): void {
  it.each([
    ["invalid_grant", 401, invalidToken],
    ["invalid_request", 401, invalidToken],
    ["interaction_required", 401, stepUp],
    ["access_denied", 403, null],
    ["invalid_client", 500, null],
    ["unauthorized_client", 500, null],
    ["invalid_target", 500, null],
    ["invalid_scope", 500, null],
  ])("is answered by what %s means", async (error, status, challenge) => {
    const { as, ask, tokenOf } = await openOrdersApi(start);
    as.faults.always("token", fault.oauthError(error, { members: { error_description: "alice is on holiday" } }));
    const answered = await ask("/orders/1", await tokenOf(the.alice));
    expect([answered.status, answered.headers.get("www-authenticate")]).toEqual([status, challenge]);
    expect(await answered.text()).not.toContain("holiday");
  });

  it.each([
    ["unavailable", fault.status(503)],
    ["not to be reached", fault.drop()],
    ["not to be understood", fault.html()],
  ])("is 503 with Retry-After while it is %s", async (_case, broken) => {
    const { as, ask, tokenOf } = await openOrdersApi(start);
    as.faults.always("token", broken);
    const answered = await ask("/orders/1", await tokenOf(the.alice));
    expect([answered.status, answered.headers.get("retry-after")]).toEqual([503, "2"]);
  });
}

function testBackendErrors(start: StartApi): void {
  it.each([
    ["an error", answer.problem(500, { title: "secret" }), 502],
    ["not found", answer.problem(404, { title: "secret" }), 502],
    ["a redirect", answer.redirect("https://elsewhere.example/secret"), 502],
    ["no JSON", answer.status(200, {}, "secret"), 502],
    ["a lost connection", answer.drop(), 502],
  ])("is 502 for %s, and tells nothing of it", async (...[, handler, status]) => {
    const { backend, ask, tokenOf } = await openOrdersApi(start);
    backend.handle(handler);
    const answered = await ask("/orders/1", await tokenOf(the.alice));
    expect(answered.status).toBe(status);
    expect(await answered.json()).toEqual({
      type: "about:blank",
      title: "Bad Gateway",
      status: 502,
      messageId: answered.headers.get("x-request-id"),
    });
  });

  it("is 504 when it takes too long", async () => {
    const { backend, ask, tokenOf } = await openOrdersApi(start, (behalf) => [
      { method: "GET", path: "/slow", handler: () => behalf.service("inventory").endpoint("slow").get().unwrap() },
    ]);
    backend.handle(answer.hang());
    expect((await ask("/slow", await tokenOf(the.alice))).status).toBe(504);
  });
}

function testBackendChallenges(start: StartApi): void {
  it("passes step-up on as a challenge of our own words", async () => {
    const { backend, ask, tokenOf } = await openOrdersApi(start);
    backend.handle(
      answer.unauthorized(
        'Bearer realm="inner", error="insufficient_user_authentication", error_description="secret", acr_values="gold"',
      ),
    );
    const answered = await ask("/orders/1", await tokenOf(the.alice));
    expect([answered.status, answered.headers.get("www-authenticate")]).toEqual([401, `${stepUp}, acr_values="gold"`]);
    expect(backend.requests).toHaveLength(1);
  });

  it("passes a missing scope on as a challenge of our own words", async () => {
    const { backend, ask, tokenOf } = await openOrdersApi(start);
    backend.handle(
      answer.status(403, { "www-authenticate": 'Bearer realm="inner", error="insufficient_scope", scope="stock"' }),
    );
    const answered = await ask("/orders/1", await tokenOf(the.alice));
    expect([answered.status, answered.headers.get("www-authenticate")]).toEqual([
      403,
      'Bearer error="insufficient_scope", scope="stock"',
    ]);
  });
}

const throwingRoutes: MakeRoutes = (behalf) => [
  {
    method: "GET",
    path: "/throw",
    handler: async () => {
      throw new Error("the application's own");
    },
  },
  {
    method: "POST",
    path: "/items",
    handler: () =>
      behalf
        .service("inventory")
        .endpoint("item")
        .get({ params: { sku: ".." } })
        .unwrap(),
  },
];

function testOwnErrors(start: StartApi): void {
  it("is 400 when a path parameter would lead elsewhere, and nothing is sent", async () => {
    const { as, backend, ask, tokenOf } = await openOrdersApi(start, throwingRoutes);
    expect((await ask("/items", await tokenOf(the.alice), {})).status).toBe(400);
    expect([as.count("token"), backend.requests.length]).toEqual([0, 0]);
  });

  it("is the application's when the error is not Behalf's", async () => {
    const { ask, tokenOf } = await openOrdersApi(start, throwingRoutes);
    const answered = await ask("/throw", await tokenOf(the.alice));
    expect([answered.status, answered.headers.get("x-answered-by")]).toEqual([418, "application"]);
    expect(await answered.json()).toEqual({ message: "the application's own" });
  });

  it("is logged when it is our fault, with the message id", async () => {
    const logger = createRecordingLogger();
    const { as, ask, tokenOf } = await openOrdersApi(start, undefined, { logger });
    as.faults.always("token", fault.oauthError("invalid_client"));
    await ask("/orders/1", { ...(await tokenOf(the.alice)), "x-request-id": "id-1" });
    expect(logger.lines.filter(({ level }) => level === "error")).toMatchObject([
      { fields: { error: "BEHALF_TOKEN_REFUSED", messageId: "id-1", status: 500 } },
    ]);
  });
}

/** What our own caller gets when something fails. */
export function testAnswers(start: StartApi): void {
  describe("the answer when the authorization server says no", () => testRefusedSubjects(start));
  describe("the answer when the backend fails", () => testBackendErrors(start));
  describe("the answer when the backend asks for more", () => testBackendChallenges(start));
  describe("the answer to an error", () => testOwnErrors(start));
}
