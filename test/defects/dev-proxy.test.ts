import fc from "fast-check";
import { UnsecuredJWT } from "jose";
import { describe, expect, it } from "vitest";
import { RequestContext } from "../../packages/behalf/src/lib/context/request-context.ts";
import { createDiagnostics } from "../../packages/behalf/src/lib/diagnostics/diagnostics.ts";
import { createDevProxy } from "../../packages/behalf/src/lib/inbound/dev-proxy/create-dev-proxy.ts";
import type { ServerFetch } from "../../packages/behalf/src/lib/oauth/server-connection.ts";
import { ActorToken } from "../../packages/behalf/src/lib/values/actor-token.ts";
import { type CriteriaRequest, parseCriteria } from "../../packages/behalf/src/lib/values/criteria.ts";
import { createClock } from "../support/clock.ts";
import { findMarks, mark } from "../support/marks.ts";
import { recordEveryEvent } from "../support/record-events.ts";
import { createRecordingLogger } from "../support/recording-logger.ts";
import { chooseSeed } from "../support/seed.ts";

const seed = chooseSeed("dev-proxy");

const clock = createClock();
const url = new URL("https://sidecar.example.com/token");
const { signal } = new AbortController();

function open(fetch: ServerFetch, environment?: () => string | undefined) {
  const logger = createRecordingLogger();
  const proxy = createDevProxy({
    settings: { url, muted: () => false },
    fetch,
    now: clock.now,
    diagnostics: createDiagnostics("orders", logger),
    environment: environment ?? (() => undefined),
  });
  return { proxy, logger };
}

function receive(local: string, remote: string, rawHeaders: readonly string[] = []): RequestContext {
  const incoming = { rawHeaders, addresses: { local, remote }, setResponseHeader: () => {}, onHangUp: () => {} };
  return new RequestContext(incoming, { messageIdHeader: "x-request-id" });
}

const toAssertion = (subject: string): string =>
  `${new UnsecuredJWT({ sub: subject, exp: clock.now() / 1000 + 300 }).encode()}c2ln`;

const readSubject = (assertion: ActorToken): unknown =>
  JSON.parse(Buffer.from(assertion.value().split(".")[1] ?? "", "base64url").toString()).sub;

const readBearer = (request: Parameters<ServerFetch>[1]): string =>
  new Headers(request.headers).get("authorization")?.replace("Bearer ", "") ?? "";

const failures: readonly (readonly [what: string, fetch: ServerFetch])[] = [
  ...[301, 400, 401, 403, 404, 429, 500, 503].map(
    (status) => [`answers ${status}`, async () => new Response(toAssertion("alice"), { status })] as const,
  ),
  ["gives no JSON", async () => new Response(toAssertion("alice"))],
  ["gives no assertion", async () => Response.json({ access_token: toAssertion("alice") })],
  ["gives another token", async (_, request) => Response.json({ assertion: readBearer(request) })],
  ["cannot be reached", async (_, request) => Promise.reject(new TypeError(readBearer(request)))],
  ["takes too long", async () => Promise.reject(new DOMException("late", "TimeoutError"))],
];

describe("the development proxy", () => {
  it.each(failures)("B-54: gives nothing to go on with when the sidecar %s", async (_, fetch) => {
    const failing = open(fetch).proxy.assert(new ActorToken("alice"), signal);
    await expect(failing).rejects.toMatchObject({ code: expect.stringMatching(/^BEHALF_(TOKEN|CALLER_TOKEN)_/) });
  });

  it("B-54: wants both ends of the connection on this machine, whatever the process is told of its addresses", () => {
    const { proxy } = open(async () => Response.json({}));
    expect(proxy.applies(receive("127.0.0.1", "127.0.0.1"))).toBe(true);
    for (const [local, remote] of [
      ["127.0.0.1", "10.0.0.7"],
      ["10.0.0.7", "127.0.0.1"],
      ["10.0.0.7", "10.0.0.7"],
    ] as const) {
      const apply = () => proxy.applies(receive(local, remote, ["host", "localhost"]));
      expect(apply).toThrow(expect.objectContaining({ reason: "notLocal" }));
    }
  });

  it("B-54: looks at each request anew", () => {
    let environment = "development";
    const { proxy } = open(
      async () => Response.json({}),
      () => environment,
    );
    const apply = (rawHeaders: readonly string[] = []) => proxy.applies(receive("::1", "::1", rawHeaders));
    expect(apply()).toBe(true);
    expect(() => apply(["X-Forwarded-For", "203.0.113.7"])).toThrow(expect.objectContaining({ reason: "notLocal" }));
    environment = "production";
    expect(() => apply()).toThrow(expect.objectContaining({ reason: "notLocal" }));
  });

  it("B-54: asks the address that is configured", async () => {
    const asked: string[] = [];
    const { proxy } = open(async (address) => {
      asked.push(address);
      return Response.json({ assertion: toAssertion("alice") });
    });
    await proxy.assert(new ActorToken("alice"), signal);
    expect(asked).toEqual([url.href]);
  });

  it.each(failures)("B-22: shows the token to nobody when the sidecar %s", async (_, fetch) => {
    const events = recordEveryEvent();
    const { proxy, logger } = open(fetch);
    const token = mark("token");
    const error: unknown = await proxy.assert(new ActorToken(token), signal).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(Error);
    expect(findMarks([error, events, logger.text()])).toEqual([]);
  });

  it("B-54a: gives nobody another's assertion", { timeout: 60_000 }, async () => {
    const caller = fc.record({ token: fc.constantFrom("alice", "bob", "carol", "bad-dave"), leaves: fc.boolean() });
    const property = fc.asyncProperty(
      fc.scheduler(),
      fc.array(caller, { maxLength: 30 }),
      async (scheduler, callers) => {
        const { proxy } = open(async (_, request) => {
          const subject = readBearer(request);
          await scheduler.schedule(Promise.resolve(), subject);
          if (subject.startsWith("bad")) return new Response("", { status: 401 });
          return Response.json({ assertion: toAssertion(subject) });
        });
        const asking = callers.map(async ({ token, leaves }) => {
          const hangUp = new AbortController();
          if (leaves) scheduler.schedule(Promise.resolve()).then(() => hangUp.abort(new Error("gone")));
          try {
            return [token, readSubject(await proxy.assert(new ActorToken(token), hangUp.signal))];
          } catch (error) {
            return [token, error instanceof Error && error.message === "gone" && leaves ? token : error];
          }
        });
        await scheduler.waitFor(Promise.all(asking));
        for (const [token, found] of await Promise.all(asking)) {
          const bad = String(token).startsWith("bad") && found !== token;
          expect(found).toEqual(bad ? expect.objectContaining({ reason: "assertion" }) : token);
        }
        for (const name of ["alice", "bob", "carol"]) {
          const later = proxy.assert(new ActorToken(name), signal);
          expect(readSubject(await scheduler.waitFor(later))).toBe(name);
        }
      },
    );
    await fc.assert(property, { seed, numRuns: 200 });
  });
});

describe("criteria", () => {
  const request: CriteriaRequest = {
    method: "GET",
    url: "/health?deep=yes",
    header: (name) => (name === "x-real" ? "yes" : undefined),
  };
  const judge = (criteria: string): boolean => parseCriteria(criteria)(request);
  const [yes, no] = ["headers[X-Real] == yes", "headers[X-Real] == no"];

  it("B-55: can be grouped", () => {
    expect([judge(`(${yes})`), judge(`(${no})`), judge(`((${yes}) && (${no} || ${yes}))`)]).toEqual([
      true,
      false,
      true,
    ]);
  });

  it("B-55: let && bind closer than ||", () => {
    expect([judge(`${yes} || ${yes} && ${no}`), judge(`${no} && ${yes} || ${yes}`)]).toEqual([true, true]);
    expect([judge(`(${yes} || ${yes}) && ${no}`), judge(`${no} && (${yes} || ${yes})`)]).toEqual([false, false]);
  });

  it.each(["==", "!=", "~~", "!~"])("B-55: are the opposite after !, for %s", (operator) => {
    for (const value of ["yes", "ye", "no"]) {
      const criteria = `headers[X-Real] ${operator} ${value}`;
      expect(judge(`!(${criteria})`)).toBe(!judge(criteria));
    }
    expect([judge("!(url ~~ heal)"), judge("!(url ~~ /orders)")]).toEqual([false, true]);
  });

  it.each(["headers[X-None]", "query[none]"])("B-55: tell %s, which is absent, from every value", (operand) => {
    const verdicts = ["== yes", "~~ yes", "!= yes", "!~ yes"].map((rest) => judge(`${operand} ${rest}`));
    expect(verdicts).toEqual([false, false, true, true]);
  });

  it("B-55: heed the case of values, and of nothing else but the names of headers", () => {
    expect([judge("headers[x-REAL] == yes"), judge("headers[x-real] == YES")]).toEqual([true, false]);
    expect([judge("headers[x-real] ~~ YE"), judge("headers[x-real] !~ YE"), judge("url ~~ /HEALTH")]).toEqual([
      false,
      true,
      false,
    ]);
    expect([judge("query[deep] == yes"), judge("query[Deep] == yes")]).toEqual([true, false]);
  });
});
