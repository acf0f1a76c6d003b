import { inspect } from "node:util";
import { createBehalf, TokenRefusedError } from "behalf";
import { describe, expect, it } from "vitest";
import { parseChallenges } from "../../packages/behalf/src/lib/values/challenge.ts";
import { closeAfterTest, receive, toRoot } from "../support/open-behalf.ts";
import { fault } from "../support/scripted-as.ts";
import { some } from "../support/some.ts";
import { bearer, startApi } from "../support/start-api.ts";
import { startServers } from "../support/start-servers.ts";
import { the } from "../support/the.ts";

const claims = '{"access_token":{"acrs":{"essential":true,"value":"c1"}}}';
const words = {
  claims,
  suberror: the.markerSecret,
  error_description: `AADSTS50076: ${the.markerSecret}`,
  correlation_id: the.markerSecret,
};

async function openRefused() {
  const { as, backend } = await startServers();
  as.faults.always("token", fault.oauthError("interaction_required", { members: words }));
  const behalf = closeAfterTest(
    createBehalf({
      ...toRoot(as),
      serviceDefaults: { grantType: "onBehalfOf", scope: the.scope },
      services: { inventory: { host: backend.url, endpoints: { item: "/item" } } },
    }),
  );
  return { behalf, token: await as.issue(some.claims()) };
}

describe("a claims challenge of the authorization server", () => {
  it("reaches the caller, and nothing else that it said", async () => {
    const { behalf, token } = await openRefused();
    const api = await startApi(behalf, (app) => {
      app.get("/", () => behalf.service("inventory").endpoint("item").get().json().unwrap());
    });
    const answer = await fetch(api, { headers: bearer(token) });
    const challenge = answer.headers.get("www-authenticate") ?? "";
    const [asked] = parseChallenges(challenge);
    expect([answer.status, asked?.scheme, asked?.parameters.get("error")]).toEqual([
      401,
      "Bearer",
      "insufficient_claims",
    ]);
    expect(Buffer.from(asked?.parameters.get("claims") ?? "", "base64").toString("utf8")).toBe(claims);
    expect([...(asked?.parameters.keys() ?? [])]).toEqual(["error", "claims"]);
    expect(`${JSON.stringify([...answer.headers])} ${await answer.text()}`).not.toContain(the.markerSecret);
  });

  it("is told by the error when asked, and never printed", async () => {
    const { behalf, token } = await openRefused();
    const { run } = await receive(behalf, token);
    const outcome = await run(() => behalf.service("inventory").endpoint("item").get());
    const error = outcome.ok ? undefined : outcome.error;
    expect(error instanceof TokenRefusedError && error.claims()).toBe(claims);
    expect(`${inspect(error, { depth: 9, showHidden: true })} ${JSON.stringify(error)}`).not.toMatch(/acrs|marker/);
  });
});
