import { BackendError, BackendResponse, createBehalf, RequestRefusedError } from "behalf";
import { describe, expect, it, onTestFinished } from "vitest";
import { z } from "zod";
import { closeAfterTest, toRoot } from "../../support/open-behalf.ts";
import { openInventory } from "../../support/open-inventory.ts";
import { readClaims } from "../../support/read-claims.ts";
import { answer, type BackendHandler } from "../../support/scripted-backend.ts";
import { startServers } from "../../support/start-servers.ts";
import { the } from "../../support/the.ts";

const Item = z.object({ sku: z.string() });

/** Answers with the last segment of the path; 404 for `gone`. */
const itemOfPath: BackendHandler = (request, response) => {
  const sku = decodeURIComponent(request.path.split("/").at(-1) ?? "");
  return (sku === "gone" ? answer.problem(404) : answer.json({ sku }))(request, response);
};

function createGate() {
  let open = (): void => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

async function open() {
  const inventory = await openInventory({ grantType: "clientCredentials" });
  inventory.backend.handle(itemOfPath);
  const service = inventory.behalf.service("inventory");
  return { ...inventory, service, item: service.endpoint("item") };
}

describe("getMany", () => {
  it("gives an outcome for each key, in the order of the keys", async () => {
    const { item, backend } = await open();
    backend.next(answer.delay(30, itemOfPath));
    const found = await item.getMany([{ sku: "a" }, { sku: "b/c" }, { sku: "d" }], { schema: Item }).unwrap();
    expect(found.map(({ key, outcome }) => [key.sku, outcome.value])).toEqual([
      ["a", { sku: "a" }],
      ["b/c", { sku: "b/c" }],
      ["d", { sku: "d" }],
    ]);
    expect(backend.requests.map(({ path }) => path).sort()).toEqual(["/v1/items/a", "/v1/items/b%2Fc", "/v1/items/d"]);
  });

  it("takes the value of the only parameter of the path for a key", async () => {
    const { item, backend } = await open();
    const found = await item.getMany(["a", 7]).unwrap();
    expect(found.map(({ key }) => key)).toEqual(["a", 7]);
    expect(found.every(({ outcome }) => outcome.value instanceof BackendResponse)).toBe(true);
    expect(backend.requests.map(({ path }) => path).sort()).toEqual(["/v1/items/7", "/v1/items/a"]);
  });

  it("reads each answer by a function", async () => {
    const { item } = await open();
    const found = await item.getMany(["a"], { read: (call) => call.text() }).unwrap();
    expect(found).toMatchObject([{ key: "a", outcome: { ok: true, value: '{"sku":"a"}' } }]);
  });

  it("asks for nothing without keys", async () => {
    const { item, as, backend } = await open();
    expect(await item.getMany([]).unwrap()).toEqual([]);
    expect([as.requests.length, backend.requests.length]).toEqual([0, 0]);
  });

  it("asks once for keys that are given twice", async () => {
    const { item, backend } = await open();
    const found = await item.getMany(["7", "a", 7, { sku: "a" }], { schema: Item }).unwrap();
    expect(found.map(({ outcome }) => outcome.value.sku)).toEqual(["7", "a", "7", "a"]);
    expect(backend.requests).toHaveLength(2);
  });

  it("says in each call what the options say", async () => {
    const { item, backend } = await open();
    await item.getMany(["a", "b"], { query: { full: true }, headers: { "x-from": "orders" } }).unwrap();
    expect(backend.requests.map(({ query }) => query.get("full"))).toEqual(["true", "true"]);
    expect(backend.requests.map(({ headers }) => headers["x-from"])).toEqual(["orders", "orders"]);
  });

  it.each([
    [undefined, 8],
    [3, 3],
    [100, 20],
  ])("has with a concurrency of %s never more under way than %i", async (concurrency, most) => {
    const { item, backend } = await open();
    let [running, highest] = [0, 0];
    const { opened, open: openGate } = createGate();
    backend.handle(async (request, response) => {
      running += 1;
      highest = Math.max(highest, running);
      if (running === most) setTimeout(openGate, 20);
      await opened;
      running -= 1;
      await itemOfPath(request, response);
    });
    const warnings: string[] = [];
    const keep = ({ name }: Error): void => void warnings.push(name);
    process.on("warning", keep);
    onTestFinished(() => void process.off("warning", keep));
    const keys = Array.from({ length: 20 }, (_, index) => index);
    await item.getMany(keys, concurrency === undefined ? {} : { concurrency }).unwrap();
    expect(highest).toBe(most);
    expect(warnings).toEqual([]);
    expect(backend.requests).toHaveLength(20);
  });

  it.each([0, -1, 1.5, Number.NaN])("refuses a concurrency of %d", async (concurrency) => {
    const { item, backend } = await open();
    const outcome = await item.getMany(["a"], { concurrency });
    expect(!outcome.ok && outcome.error).toBeInstanceOf(RequestRefusedError);
    expect(backend.requests).toHaveLength(0);
  });

  it("goes through the service by a path template", async () => {
    const { service, backend } = await open();
    const keys = [
      { sku: "a b", part: 1 },
      { sku: "c", part: 2 },
    ];
    const found = await service.getMany("/items/{sku}/parts/{part}", keys, { schema: Item }).unwrap();
    expect(found.map(({ outcome }) => outcome.value.sku)).toEqual(["1", "2"]);
    expect(backend.requests.map(({ path }) => path).sort()).toEqual(["/v1/items/a%20b/parts/1", "/v1/items/c/parts/2"]);
  });

  it.each(["items/{sku}", "/items/{sku"])("refuses the path template %s", async (template: string) => {
    const { service, backend } = await open();
    const outcome = await service.getMany(template, ["a"]);
    expect(outcome).toMatchObject({ ok: false, error: { code: "BEHALF_REQUEST_REFUSED" } });
    expect(backend.requests).toHaveLength(0);
  });

  it("refuses a plain key where the path has more than one parameter", async () => {
    const { service } = await open();
    const template: string = "/items/{sku}/parts/{part}";
    const outcome = await service.getMany(template, ["a"]);
    expect(outcome).toMatchObject({ ok: false, error: { refusal: "pathParameter" } });
  });
});

describe("getMany after a failure", () => {
  it("ends by it, and starts nothing more", async () => {
    const { item, backend } = await open();
    const outcome = await item.getMany(["a", "gone", "b", "c"], { concurrency: 1 });
    expect(!outcome.ok && outcome.error).toBeInstanceOf(BackendError);
    expect(outcome).toMatchObject({ error: { status: 404 } });
    expect(backend.requests).toHaveLength(2);
  });

  it("aborts the calls that are under way", async () => {
    const { item, backend } = await open();
    const hangs = answer.hang();
    backend.handle((request, response) => (request.path.endsWith("/gone") ? itemOfPath : hangs)(request, response));
    const outcome = await item.getMany(["a", "b", "gone"]);
    expect(outcome).toMatchObject({ ok: false, error: { status: 404 } });
    await expect.poll(() => backend.requests.filter(({ aborted }) => aborted).length).toBe(2);
  });

  it("tries all where failures are tolerated", async () => {
    const { item } = await open();
    const found = await item.getMany(["a", "gone", "..", "b"], { tolerateFailures: true, schema: Item }).unwrap();
    expect(found.map(({ outcome }) => (outcome.ok ? outcome.value.sku : Reflect.get(outcome.error, "code")))).toEqual([
      "a",
      "BEHALF_BACKEND_ERROR",
      "BEHALF_REQUEST_REFUSED",
      "b",
    ]);
  });

  it("counts an answer that does not fit the schema as a failure", async () => {
    const { item, backend } = await open();
    backend.handle(answer.json({ sku: 1 }));
    const outcome = await item.getMany(["a"], { schema: Item });
    expect(outcome).toMatchObject({ ok: false, error: { code: "BEHALF_BACKEND_UNREADABLE" } });
  });

  it.each([true, false])("ends all by an abort, failures tolerated: %s", async (tolerateFailures) => {
    const { item, backend } = await open();
    const controller = new AbortController();
    backend.next(itemOfPath);
    backend.handle(() => controller.abort(new Error("enough")));
    const keys = ["a", "b", "c", "d"];
    const outcome = await item.getMany(keys, { concurrency: 1, tolerateFailures, signal: controller.signal });
    expect(outcome).toMatchObject({ ok: false, error: { message: "enough" } });
    await expect.poll(() => backend.requests.filter(({ aborted }) => aborted).length).toBe(1);
    expect(backend.requests).toHaveLength(2);
  });

  it("gives the configuration's error of an endpoint that cannot be used", async () => {
    const { service } = await open();
    const outcome = await service.getEndpoint("nothing").getMany(["a"]);
    expect(outcome).toMatchObject({ ok: false, error: { code: "BEHALF_CONFIG_INVALID" } });
  });
});

describe("the calls of getMany", () => {
  it("act for the caller in whose request they were asked for, to the last one", async () => {
    const { backend, behalf, receive } = await openInventory();
    const [alice, bob] = [await receive(the.alice), await receive(the.bob)];
    const item = behalf.service("inventory").endpoint("item");
    const many = alice.run(() => item.getMany(["a", "b", "c"], { concurrency: 1 }));
    await bob.run(() => many.unwrap());
    expect(backend.requests.map(({ token }) => readClaims(token).sub)).toEqual([the.alice, the.alice, the.alice]);
  });

  it("end when the caller hangs up", async () => {
    const { backend, behalf, receive } = await openInventory();
    const alice = await receive(the.alice);
    backend.handle(() => alice.hangUp());
    const item = behalf.service("inventory").endpoint("item");
    const outcome = await alice.run(() => item.getMany(["a", "b", "c"], { concurrency: 1 }));
    expect(outcome.ok).toBe(false);
    expect(backend.requests).toHaveLength(1);
  });

  it("are sent without a token where the service has none", async () => {
    const { as, backend } = await startServers();
    const services = { weather: { host: backend.url, grantType: "none", endpoints: { day: "/days/{day?}" } } } as const;
    const behalf = closeAfterTest(createBehalf({ ...toRoot(as), services }));
    await behalf.service("weather").endpoint("day").getMany([1, {}]).unwrap();
    expect(backend.requests.map(({ path }) => path).sort()).toEqual(["/days", "/days/1"]);
    expect(backend.requests.every(({ token }) => token === undefined)).toBe(true);
  });
});
