import { type AuthOptions, createBehalf } from "behalf";
import { describe, expect, it, vi } from "vitest";
import { findMarks } from "../support/marks.ts";
import { closeAfterTest, openRequest, receive, toRoot } from "../support/open-behalf.ts";
import { recordEveryEvent } from "../support/record-events.ts";
import { answer } from "../support/scripted-backend.ts";
import { some } from "../support/some.ts";
import { startServers } from "../support/start-servers.ts";
import { the } from "../support/the.ts";

async function openForward(changes: AuthOptions = {}) {
  const { as, backend } = await startServers();
  const root = toRoot(as);
  const behalf = closeAfterTest(
    createBehalf({
      ...root,
      services: {
        gateway: {
          host: backend.url,
          grantType: "forward",
          forwardTo: backend.url,
          ...changes,
          endpoints: { item: "/items" },
        },
      },
    }),
  );
  const tokenOf = (sub: string): Promise<string> => as.issue(some.claims({ sub }));
  const call = async (token: string, signal?: AbortSignal) => {
    const request = await receive(behalf, token);
    return request.run(() =>
      behalf
        .service("gateway")
        .endpoint("item")
        .get(signal ? { signal } : {})
        .then(),
    );
  };
  return { as, backend, behalf, logger: root.logger, tokenOf, call };
}

describe("forward, which asks no authorization server,", () => {
  it("sends each caller's own token, and asks for none", async () => {
    const { as, backend, tokenOf, call } = await openForward();
    const tokens = [await tokenOf(the.alice), await tokenOf(the.bob)];
    for (const token of tokens) (await call(token)).unwrap();
    expect(backend.requests.map(({ token }) => token)).toEqual(tokens);
    expect(as.count("token")).toBe(0);
  });

  it("hands on a 401, for there is no other token", async () => {
    const { as, backend, tokenOf, call } = await openForward();
    backend.handle(answer.unauthorized('Bearer error="invalid_token"'));
    expect(await call(await tokenOf(the.alice))).toMatchObject({ ok: false, error: { status: 401 } });
    expect([backend.requests.length, as.count("token")]).toEqual([1, 0]);
  });

  it("sends nothing without a caller", async () => {
    const { backend, behalf } = await openForward();
    const outcome = await openRequest(behalf).run(() => behalf.service("gateway").endpoint("item").get());
    expect(outcome).toMatchObject({ ok: false, error: { code: "BEHALF_CALLER_TOKEN_MISSING" } });
    expect(backend.requests).toEqual([]);
  });

  it("sends nothing to an origin that is not listed", async () => {
    const { backend, tokenOf, call } = await openForward({ forwardTo: "https://gateway.example.com" });
    expect(await call(await tokenOf(the.alice))).toMatchObject({ ok: false });
    expect(backend.requests).toEqual([]);
  });

  it("lets the caller's signal end the call with its reason", async () => {
    const { backend, tokenOf, call } = await openForward();
    backend.handle(answer.hang());
    const controller = new AbortController();
    const outcome = call(await tokenOf(the.alice), controller.signal);
    await vi.waitFor(() => expect(backend.requests).toHaveLength(1));
    const reason = new Error("not wanted any more");
    controller.abort(reason);
    expect(await outcome).toMatchObject({ ok: false, error: reason });
  });

  it("warns in the description, and prints no token", async () => {
    const { backend, behalf, logger, tokenOf, call } = await openForward();
    const events = recordEveryEvent();
    const token = await tokenOf(the.alice);
    backend.handle(answer.problem(500, { detail: token }));
    const outcome = await call(token);
    const described = behalf.describe();
    expect(JSON.stringify(described)).toContain("callers' own tokens go to");
    const shown = [...events, ...logger.lines, outcome, described, behalf.explain("gateway", "item")];
    expect(findMarks(shown, [token])).toEqual([]);
  });
});
