import { AsyncLocalStorage } from "node:async_hooks";
import { UnsecuredJWT } from "jose";
import { describe, expect, it } from "vitest";
import { createClock } from "../../../../../../test/support/clock.ts";
import type { DevProxyRequest } from "../../config/inbound-options.ts";
import { RequestContext } from "../../context/request-context.ts";
import type { ServerRequest } from "../../oauth/server-connection.ts";
import { ActorToken } from "../../values/actor-token.ts";
import { createDevProxy } from "./create-dev-proxy.ts";

const url = new URL("https://sidecar.example.com/edge/token");
const { signal } = new AbortController();
const local = { local: "127.0.0.1", remote: "127.0.0.1" };

interface Sent {
  readonly url: string;
  readonly request: ServerRequest;
}
type Answer = (sent: Sent, count: number) => Response | Promise<Response>;

const assertionOf = (subject: string, expiresAt: number): string =>
  new UnsecuredJWT({ sub: subject, exp: expiresAt / 1000 }).encode().concat("c2ln");

/** The token that a request carries. */
const tokenOf = ({ request }: Sent): string => new Headers(request.headers).get("authorization")?.slice(7) ?? "";

function open(options: { answer?: Answer; muted?: (request: DevProxyRequest) => boolean; environment?: string } = {}) {
  const clock = createClock();
  const sent: Sent[] = [];
  const usual: Answer = (one) => Response.json({ assertion: assertionOf(tokenOf(one), clock.now() + 60_000) });
  const proxy = createDevProxy({
    settings: { url, muted: options.muted ?? (() => false) },
    now: clock.now,
    environment: () => options.environment,
    fetch: async (address, request) => {
      const one = { url: address, request };
      sent.push(one);
      return (options.answer ?? usual)(one, sent.length);
    },
  });
  return { proxy, clock, sent, assert: (token: string) => proxy.assert(new ActorToken(token), signal) };
}

interface Received {
  readonly rawHeaders?: readonly string[];
  readonly addresses?: { readonly local: string | undefined; readonly remote: string | undefined } | undefined;
  readonly method?: string;
  readonly url?: string;
}

function receive(received: Received = {}): RequestContext {
  const nothing = { rawHeaders: [], addresses: local, setResponseHeader: () => {}, onHangUp: () => {} };
  return new RequestContext({ ...nothing, ...received }, { messageIdHeader: "x-request-id" });
}

const notLocal = expect.objectContaining({ code: "BEHALF_CALLER_FORBIDDEN", reason: "notLocal" });
const refused = { code: "BEHALF_CALLER_TOKEN_INVALID", reason: "assertion" };

describe("applies", () => {
  it.each(["127.0.0.1", "127.255.0.9", "::1", "::ffff:127.0.0.1", "::FFFF:127.1.2.3"])("is true at %s", (address) => {
    const addresses = { local: address, remote: address };
    expect(open({ environment: "development" }).proxy.applies(receive({ addresses }))).toBe(true);
  });

  it.each([
    "10.0.0.1",
    "128.0.0.1",
    "126.255.255.255",
    "0.0.0.0",
    "::",
    "::2",
    "::ffff:10.0.0.1",
    "fe80::1",
    "127.0.0.1.example.com",
    "127.0.0",
    "localhost",
    "",
    undefined,
  ])("refuses a connection with %s at either end", (address) => {
    const { proxy } = open();
    const apply = (addresses: Received["addresses"]) => () => proxy.applies(receive({ addresses }));
    expect(apply({ ...local, remote: address })).toThrow(notLocal);
    expect(apply({ ...local, local: address })).toThrow(notLocal);
  });

  it("refuses a request whose connection nobody knows", () => {
    expect(() => open().proxy.applies(receive({ addresses: undefined }))).toThrow(notLocal);
  });

  it.each(["Forwarded", "forwarded", "X-Forwarded-For", "x-forwarded-proto", "X-FORWARDED-X", "X-Real-IP", "Via"])(
    "refuses a request with the header %s",
    (name) => {
      for (const value of ["127.0.0.1", ""]) {
        const rawHeaders = ["host", "localhost", name, value];
        expect(() => open().proxy.applies(receive({ rawHeaders }))).toThrow(notLocal);
      }
    },
  );

  it("lets a header have such a name for its value", () => {
    expect(open().proxy.applies(receive({ rawHeaders: ["x-note", "via", "x-viable", "1"] }))).toBe(true);
  });

  it.each(["production", "Production", " production "])("refuses when NODE_ENV is %j", (environment) => {
    expect(() => open({ environment }).proxy.applies(receive())).toThrow(notLocal);
  });

  it("leaves what the predicate picks alone, wherever it comes from", () => {
    const { proxy } = open({ muted: () => true, environment: "production" });
    expect(proxy.applies(receive({ addresses: undefined }))).toBe(false);
  });

  it("shows the predicate the request", () => {
    const seen: unknown[] = [];
    const muted = ({ method, url: path, header }: DevProxyRequest): boolean =>
      seen.push([method, path, header("X-One"), header("x-two"), header("x-none")]) === 0;
    const rawHeaders = ["X-ONE", "1", "x-two", "2", "X-Two", "2"];
    open({ muted }).proxy.applies(receive({ rawHeaders, method: "PUT", url: "/a?b" }));
    expect(seen).toEqual([["PUT", "/a?b", "1", undefined, undefined]]);
  });

  it("fails with what the predicate throws, on this machine alone", () => {
    const broken = new RangeError("broken");
    const muted = (): boolean => {
      throw broken;
    };
    expect(() => open({ muted }).proxy.applies(receive())).toThrow(broken);
    expect(() => open({ muted }).proxy.applies(receive({ addresses: undefined }))).toThrow(notLocal);
    expect(() => open({ muted, environment: "production" }).proxy.applies(receive())).toThrow(notLocal);
  });
});

describe("assert", () => {
  it("asks the sidecar for the assertion, following no redirect", async () => {
    const { assert, sent, clock } = open();
    expect((await assert("alice")).value()).toBe(assertionOf("alice", clock.now() + 60_000));
    expect(sent.map(({ url: asked }) => asked)).toEqual([url.href]);
    expect(sent[0]?.request).toMatchObject({ method: "GET", redirect: "manual" });
    expect(new Headers(sent[0]?.request.headers).get("authorization")).toBe("Bearer alice");
  });

  it("keeps the assertion until five seconds before its end", async () => {
    const { assert, sent, clock } = open();
    const first = await assert("alice");
    clock.advance(54_999);
    expect(await assert("alice")).toBe(first);
    clock.advance(1);
    expect(await assert("alice")).not.toBe(first);
    expect(sent).toHaveLength(2);
  });

  it("keeps an assertion for five minutes at most", async () => {
    const { assert, sent, clock } = open({
      answer: (one) => Response.json({ assertion: assertionOf(tokenOf(one), 8e12) }),
    });
    await assert("alice");
    clock.advance(299_999);
    await assert("alice");
    expect(sent).toHaveLength(1);
    clock.advance(1);
    await assert("alice");
    expect(sent).toHaveLength(2);
  });

  it("does not keep an assertion without an end", async () => {
    const { assert, sent } = open({ answer: () => Response.json({ assertion: "e30.e30.c2ln" }) });
    await assert("alice");
    await assert("alice");
    expect(sent).toHaveLength(2);
  });

  it("keeps a thousand assertions", async () => {
    const { assert, sent } = open();
    for (let index = 0; index <= 1_000; index++) await assert(`token-${index}`);
    await assert("token-1");
    expect(sent).toHaveLength(1_001);
    await assert("token-0");
    expect(sent).toHaveLength(1_002);
  });

  it.each([401, 403])(
    "refuses the token when the sidecar answers %i, and remembers it for two seconds",
    async (status) => {
      const { assert, sent, clock } = open({ answer: () => new Response("", { status }) });
      await expect(assert("alice")).rejects.toMatchObject(refused);
      clock.advance(1_999);
      await expect(assert("alice")).rejects.toMatchObject(refused);
      await expect(assert("bob")).rejects.toMatchObject(refused);
      expect(sent).toHaveLength(2);
      clock.advance(1);
      await expect(assert("alice")).rejects.toMatchObject(refused);
      expect(sent).toHaveLength(3);
    },
  );

  it("asks again after an outage", async () => {
    const { assert, sent } = open({
      answer: (_, count) =>
        count === 1 ? new Response("", { status: 503 }) : Response.json({ assertion: "e30.e30.c2ln" }),
    });
    await expect(assert("alice")).rejects.toMatchObject({ code: "BEHALF_TOKEN_UNREACHABLE", status: 503 });
    expect((await assert("alice")).value()).toBe("e30.e30.c2ln");
    expect(sent).toHaveLength(2);
  });

  it("asks once for all who want the same token's assertion at the same time", async () => {
    const { assert, sent } = open();
    const [one, other] = await Promise.all([assert("alice"), assert("alice")]);
    expect([one === other, sent.length]).toEqual([true, 1]);
  });

  it("goes on for the others when one caller hangs up", async () => {
    let release = (_: Response): void => {};
    const answered = new Promise<Response>((resolve) => {
      release = resolve;
    });
    const { proxy, sent } = open({ answer: () => answered });
    const hangUp = new AbortController();
    const leaving = proxy.assert(new ActorToken("alice"), hangUp.signal);
    const staying = proxy.assert(new ActorToken("alice"), signal);
    hangUp.abort("gone");
    await expect(leaving).rejects.toBe("gone");
    release(Response.json({ assertion: "e30.e30.c2ln" }));
    expect((await staying).value()).toBe("e30.e30.c2ln");
    expect(sent[0]?.request.signal?.aborted).toBe(false);
  });

  it("gives up when all callers have hung up, and asks anew for the next", async () => {
    const { proxy, sent } = open({
      answer: (_, count) => (count < 2 ? new Promise(() => {}) : Response.json({ assertion: "e30.e30.c2ln" })),
    });
    const leavers = [new AbortController(), new AbortController()];
    const leaving = leavers.map((leaver) => proxy.assert(new ActorToken("alice"), leaver.signal));
    for (const leaver of leavers) leaver.abort("gone");
    await Promise.all(leaving.map((one) => expect(one).rejects.toBe("gone")));
    expect(sent[0]?.request.signal?.aborted).toBe(true);
    expect((await proxy.assert(new ActorToken("alice"), signal)).value()).toBe("e30.e30.c2ln");
  });

  it("asks nothing for a caller who has hung up", async () => {
    const { proxy, sent } = open();
    await expect(proxy.assert(new ActorToken("alice"), AbortSignal.abort("gone"))).rejects.toBe("gone");
    expect(sent).toHaveLength(0);
  });

  it("asks outside of the caller's context", async () => {
    const storage = new AsyncLocalStorage<string>();
    const { proxy } = storage.run("made here", () =>
      open({ answer: () => Response.json({ assertion: `e30.e30.${storage.getStore()?.replace(" ", "-")}` }) }),
    );
    const assertion = await storage.run("alice's request", () => proxy.assert(new ActorToken("alice"), signal));
    expect(assertion.value()).toBe("e30.e30.made-here");
  });
});
