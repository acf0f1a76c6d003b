import { Readable } from "node:stream";
import { type Behalf, createBehalf, fromEnv } from "behalf";
import { describe, expect, it, onTestFinished } from "vitest";
import { listenTo } from "../../support/channel-records.ts";
import { closeAfterTest, openRequest, toRoot } from "../../support/open-behalf.ts";
import { startServers } from "../../support/start-servers.ts";
import { openCalls } from "./open-calls.ts";

type Opened = Behalf<{ readonly inventory: Readonly<Record<string, string>> }>;

/** An API whose calls to inventory get no token, for a reason of the test's. */
type OpenWithoutToken = () => Promise<Opened>;

const openAway: OpenWithoutToken = async () => {
  const { as, behalf } = await openCalls();
  await as.close();
  return behalf;
};

const openSilent: OpenWithoutToken = async () => {
  const { as, behalf } = await openCalls({ inventory: { timeoutMs: 100 } });
  const held = as.hold("token");
  onTestFinished(() => held.release());
  return behalf;
};

const openRefusing: OpenWithoutToken = async () => {
  const { behalf } = await openCalls({ inventory: { clientSecret: "another-secret" } });
  return behalf;
};

const openForCallers: OpenWithoutToken = async () => {
  const { behalf } = await openCalls({ inventory: { grantType: "tokenExchange" } });
  return behalf;
};

const openWithoutSecret: OpenWithoutToken = async () => {
  const { as, backend } = await startServers();
  const inventory = {
    host: backend.url,
    clientSecret: fromEnv("NO_SUCH_SECRET"),
    grantType: "clientCredentials",
  } as const;
  return closeAfterTest(createBehalf({ ...toRoot(as), services: { inventory } }));
};

/** What a record says, but for its times. */
function withoutTimes(record: unknown): unknown {
  return { ...Object(record), tokenMs: undefined, durationMs: undefined };
}

describe("a fetch that gets no token", () => {
  it.each<[string, string, OpenWithoutToken]>([
    ["the authorization server is away", "BEHALF_TOKEN_UNREACHABLE", openAway],
    ["the authorization server is silent", "BEHALF_TOKEN_TIMEOUT", openSilent],
    ["the authorization server refuses the client", "BEHALF_TOKEN_REFUSED", openRefusing],
    ["there is no request whose caller it is for", "BEHALF_CONTEXT_MISSING", openForCallers],
    ["a setting is missing", "BEHALF_CONFIG_INVALID", openWithoutSecret],
  ])("is recorded when %s", async (_case, code, openWithoutToken) => {
    const inventory = (await openWithoutToken()).service("inventory");
    const records = listenTo("behalf:call");
    await expect(inventory.fetch("/items", { method: "put" })).rejects.toMatchObject({ code });
    expect(records()).toMatchObject([{ service: "inventory", endpoint: "-", method: "PUT", attempts: 0, error: code }]);
  });

  it("leaves the record that a call by a verb leaves", async () => {
    const behalf = await openForCallers();
    const { run } = openRequest(behalf, { "x-request-id": "order-1" });
    const records = listenTo("behalf:call");
    await run(() => behalf.service("inventory").delete("/items"));
    await expect(run(() => behalf.service("inventory").fetch("/items", { method: "DELETE" }))).rejects.toThrow();
    const [ofVerb, ofFetch] = records().map(withoutTimes);
    expect(records()).toHaveLength(2);
    expect(ofFetch).toEqual(ofVerb);
    expect(ofFetch).toMatchObject({ error: "BEHALF_CALLER_TOKEN_MISSING", messageId: "order-1" });
  });

  it("tells for how long it waited for the token", async () => {
    const behalf = await openSilent();
    const records = listenTo("behalf:call");
    await expect(behalf.service("inventory").fetch("/items")).rejects.toThrow();
    const [record] = records();
    expect(Reflect.get(Object(record), "tokenMs")).toBeGreaterThan(90);
  });

  it("is recorded as aborted when its signal ends it", async () => {
    const { as, behalf } = await openCalls();
    const held = as.hold("token");
    const controller = new AbortController();
    const records = listenTo("behalf:call");
    const asked = behalf.service("inventory").fetch("/items", { signal: controller.signal });
    controller.abort();
    await expect(asked).rejects.toThrow(controller.signal.reason);
    expect(records()).toMatchObject([{ method: "GET", error: "aborted", attempts: 0 }]);
    held.release();
  });

  it("is recorded with the method of a Request", async () => {
    const behalf = await openAway();
    const records = listenTo("behalf:call");
    const request = new Request("https://inventory.invalid/items", { method: "PATCH", body: "1" });
    await expect(behalf.service("inventory").fetch(request)).rejects.toThrow();
    expect(records()).toMatchObject([{ method: "PATCH" }]);
  });

  it("closes the stream that was to be its body", async () => {
    const behalf = await openAway();
    const body = new Readable({ read() {} });
    const init = { method: "POST", body: body as unknown as string };
    await expect(behalf.service("inventory").fetch("/items", init)).rejects.toThrow();
    expect(body.destroyed).toBe(true);
  });

  it("cancels the web stream that was to be its body", async () => {
    const behalf = await openAway();
    let cancelled = false;
    const cancel = (): void => {
      cancelled = true;
    };
    const init = { method: "POST", body: new ReadableStream({ cancel }), duplex: "half" } as const;
    await expect(behalf.service("inventory").fetch("/items", init)).rejects.toThrow();
    expect(cancelled).toBe(true);
  });
});
