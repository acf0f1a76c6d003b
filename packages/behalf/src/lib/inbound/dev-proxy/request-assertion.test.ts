import { describe, expect, it } from "vitest";
import { findMarks, mark } from "../../../../../../test/support/marks.ts";
import type { ServerFetch } from "../../oauth/server-connection.ts";
import { ActorToken } from "../../values/actor-token.ts";
import { requestAssertion } from "./request-assertion.ts";

const url = new URL(`https://sidecar.example.com/token?key=${mark("query")}`);
const place = { url: "https://sidecar.example.com/token", client: "-" };
const token = new ActorToken(mark("token"));
const { signal } = new AbortController();

function ask(fetch: ServerFetch, timeoutMs = 5_000): Promise<ActorToken> {
  return requestAssertion(token, { url, fetch, now: () => 0, timeoutMs }, signal);
}

const answering =
  (body: string, init: ResponseInit = {}): ServerFetch =>
  async () =>
    new Response(body, init);

const unreadable = { name: "TokenUnreachableError", code: "BEHALF_TOKEN_UNREADABLE" };
const unreachable = { name: "TokenUnreachableError", code: "BEHALF_TOKEN_UNREACHABLE" };

describe("requestAssertion", () => {
  it("gives the assertion", async () => {
    const longest = `e30.${"a".repeat(16_384 - 8)}.c2l`;
    expect((await ask(answering(JSON.stringify({ assertion: longest, grant_type: "x" })))).value()).toBe(longest);
  });

  it.each([
    "",
    "e30.e30.c2ln",
    "<html>",
    "null",
    "[]",
    '"e30.e30.c2ln"',
    "{}",
    '{"assertion":null}',
    '{"assertion":["e30.e30.c2ln"]}',
    '{"assertion":"opaque"}',
    '{"assertion":"e30.e30."}',
    '{"assertion":"e30.e30.c2ln.x.y"}',
    '{"assertion":"e30.e30.c2ln\\r\\nx-admin: 1"}',
    '{"assertion":" e30.e30.c2ln"}',
    `{"assertion":"e30.${"a".repeat(16_384 - 7)}.c2l"}`,
    '{"__proto__":{"assertion":"e30.e30.c2ln"}}',
    '{"access_token":"e30.e30.c2ln"}',
  ])("takes %j for no answer", async (body) => {
    await expect(ask(answering(body))).rejects.toMatchObject({ ...unreadable, ...place });
  });

  it.each([201, 204, 301, 302, 307, 400, 404, 418])("takes the status %i for no answer", async (status) => {
    const body = status === 204 ? null : '{"assertion":"e30.e30.c2ln"}';
    const headers = { location: "https://elsewhere.example.com/" };
    const fetch: ServerFetch = async () => new Response(body, { status, headers });
    await expect(ask(fetch)).rejects.toMatchObject({ ...unreadable, ...place, status });
  });

  it.each([429, 500, 502, 503])("is unreachable at %i, for as long as the answer says", async (status) => {
    const fetch = answering("{}", { status, headers: { "retry-after": "7" } });
    await expect(ask(fetch)).rejects.toMatchObject({ ...unreachable, ...place, status, retryAfterMs: 7_000 });
  });

  it("is unreachable without a network", async () => {
    const fetch: ServerFetch = async () => {
      throw Object.assign(new TypeError("fetch failed"), { code: "ECONNREFUSED" });
    };
    await expect(ask(fetch)).rejects.toMatchObject({ ...unreachable, ...place, cause: { code: "ECONNREFUSED" } });
  });

  it("gives up at its deadline", async () => {
    const fetch: ServerFetch = (_, { signal: ending }) =>
      new Promise((_resolve, reject) => ending?.addEventListener("abort", () => reject(ending.reason)));
    await expect(ask(fetch, 5)).rejects.toMatchObject({ ...place, code: "BEHALF_TOKEN_TIMEOUT" });
  });

  it("takes an answer over the bound for none", async () => {
    const fetch: ServerFetch = async () => {
      throw new RangeError("The answer is too large.");
    };
    await expect(ask(fetch)).rejects.toMatchObject({ ...unreadable, ...place });
  });

  it("shows nothing of the token or the answer in its errors", async () => {
    const echo = JSON.stringify({ assertion: mark("assertion"), error: token.value() });
    const headers = { "www-authenticate": `Bearer error="${mark("challenge")}"` };
    const statuses = [200, 302, 400, 401, 403, 429, 500];
    const fetches = statuses.map((status): ServerFetch => answering(echo, { status, headers }));
    const broken: ServerFetch = async () => {
      throw new TypeError(mark("network"), { cause: new Error(token.value()) });
    };
    for (const fetch of [...fetches, broken]) {
      const error: unknown = await ask(fetch).catch((reason) => reason);
      expect(error).toBeInstanceOf(Error);
      expect(findMarks(error)).toEqual([]);
    }
  });
});
