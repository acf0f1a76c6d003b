import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import type { BodyCallOptions } from "behalf";
import { describe, expect, it } from "vitest";
import { answer } from "../../support/scripted-backend.ts";
import { openCalls } from "./open-calls.ts";

async function* chunksOf(...chunks: readonly string[]) {
  for (const chunk of chunks) yield Buffer.from(chunk);
}

function form(): FormData {
  const data = new FormData();
  data.append("name", "Ölkännchen");
  data.append("file", new Blob(["a,b"], { type: "text/csv" }), "list.csv");
  return data;
}

interface SentBody {
  readonly kind: string;
  readonly options: BodyCallOptions;
  readonly text: string;
  readonly type: string;
}

const formType = "application/x-www-form-urlencoded;charset=UTF-8";
const bytes = "application/octet-stream";
const bodies: readonly SentBody[] = [
  { kind: "JSON", options: { json: { sku: "1" } }, text: '{"sku":"1"}', type: "application/json" },
  { kind: "text", options: { body: "hello" }, text: "hello", type: "text/plain;charset=UTF-8" },
  { kind: "bytes", options: { body: new Uint8Array([104, 105]) }, text: "hi", type: bytes },
  { kind: "a form", options: { body: new URLSearchParams({ a: "1 2" }) }, text: "a=1+2", type: formType },
  { kind: "a blob", options: { body: new Blob(["a,b"], { type: "text/csv" }) }, text: "a,b", type: "text/csv" },
  { kind: "a function that opens a stream", options: { body: () => chunksOf("a", "b") }, text: "ab", type: bytes },
];

const streams = [
  ["a stream", () => Readable.from(chunksOf("a", "b"))],
  ["an async iterable", () => chunksOf("a", "b")],
  ["a web stream", () => new Blob(["ab"]).stream()],
] as const;

describe("a body", () => {
  it.each(bodies)("that is $kind arrives, and can be sent again", async ({ options, text: sent, type }) => {
    const { backend, behalf } = await openCalls();
    backend.next(answer.unauthorized());
    await behalf.service("inventory").endpoint("items").post(options).unwrap();
    expect(backend.requests.map(({ body }) => body)).toEqual([sent, sent]);
    expect(backend.request().headers["content-type"]).toBe(type);
  });

  it("that is a multipart form arrives, and can be sent again", async () => {
    const { backend, behalf } = await openCalls();
    backend.next(answer.unauthorized());
    await behalf.service("inventory").endpoint("items").post({ body: form() }).unwrap();
    const [first, second] = backend.requests;
    for (const { body, headers } of [first ?? backend.request(), second ?? backend.request()]) {
      const type = headers["content-type"] ?? "";
      const read = await new Response(body, { headers: { "content-type": type } }).formData();
      expect(read.get("name")).toBe("Ölkännchen");
      expect(await new Response(read.get("file") as File).text()).toBe("a,b");
    }
  });

  it.each(streams)("that is %s arrives, and is not sent again", async (_kind, open) => {
    const { backend, behalf } = await openCalls();
    await behalf.service("inventory").endpoint("items").post({ body: open() }).unwrap();
    expect(backend.request().body).toBe("ab");
    backend.next(answer.unauthorized());
    const outcome = await behalf.service("inventory").endpoint("items").post({ body: open() });
    expect(outcome).toMatchObject({ ok: false, error: { code: "BEHALF_BACKEND_ERROR", status: 401 } });
    expect(backend.requests).toHaveLength(2);
  });

  it("that is a blob tells its length", async () => {
    const { backend, behalf } = await openCalls();
    await behalf
      .service("inventory")
      .endpoint("items")
      .post({ body: new Blob(["12345"]) })
      .unwrap();
    expect(backend.request().headers).toMatchObject({ "content-length": "5" });
  });

  it("keeps a media type that the program gives", async () => {
    const { backend, behalf } = await openCalls();
    const headers = { "content-type": "application/vnd.item+json" };
    await behalf.service("inventory").endpoint("items").post({ json: {}, headers }).unwrap();
    expect(backend.request().headers["content-type"]).toBe("application/vnd.item+json");
  });

  it("that is a stream ends the call when it is longer than its bound", async () => {
    const { behalf } = await openCalls();
    const body = Readable.from(chunksOf("1234", "5678"));
    const outcome = await behalf.service("inventory").endpoint("items").post({ body, maxRequestBytes: 6 });
    expect(outcome).toMatchObject({
      ok: false,
      error: { code: "BEHALF_REQUEST_REFUSED", refusal: "body", subject: "maxRequestBytes" },
    });
    expect(body.destroyed).toBe(true);
  });

  it("that is a stream within its bound arrives", async () => {
    const { backend, behalf } = await openCalls();
    const body = Readable.from(chunksOf("1234", "56"));
    await behalf.service("inventory").endpoint("items").post({ body, maxRequestBytes: 6 }).unwrap();
    expect(backend.request().body).toBe("123456");
  });

  it.each([[42], [{}], [() => "text"], [null]])("that is %s is refused by a typed error", async (body) => {
    const { backend, behalf } = await openCalls();
    // What no compiler lets through, a program in JavaScript can give.
    const options = { body: body as unknown as string };
    const outcome = await behalf.service("inventory").endpoint("items").post(options);
    expect(outcome).toMatchObject({ ok: false, error: { code: "BEHALF_REQUEST_REFUSED", refusal: "body" } });
    expect(backend.requests).toHaveLength(0);
  });
});

describe("the headers of a call", () => {
  it("ask for JSON where that is read, and for anything else otherwise", async () => {
    const { backend, behalf } = await openCalls();
    const items = behalf.service("inventory").endpoint("items");
    await items.get().json().unwrap();
    await items.get().text().unwrap();
    const accepted = backend.requests.map(({ headers }) => headers.accept);
    expect(accepted).toEqual(["application/json, application/problem+json", "*/*"]);
  });

  it("name the client", async () => {
    const { backend, behalf } = await openCalls();
    await behalf.service("inventory").endpoint("items").get().unwrap();
    expect(backend.request().headers["user-agent"]).toBe("behalf");
  });

  it.each([
    ["orders-api/7", "orders-api/7"],
    [false, undefined],
  ] as const)("name the client as %s", async (userAgent, sent) => {
    const { backend, behalf } = await openCalls({ inventory: { userAgent } });
    await behalf.service("inventory").endpoint("items").get().unwrap();
    expect(backend.request().headers["user-agent"]).toBe(sent);
  });

  it("are the program's where it gives them", async () => {
    const { backend, behalf } = await openCalls({ inventory: { compression: true } });
    const headers = { accept: "text/csv", "user-agent": "mine", "accept-encoding": "identity" };
    await behalf.service("inventory").endpoint("items").get({ headers }).text().unwrap();
    expect(backend.request().headers).toMatchObject(headers);
  });

  it("ask for a compressed answer where that is configured", async () => {
    const { backend, behalf } = await openCalls({ inventory: { compression: true } });
    await behalf.service("inventory").endpoint("items").get().unwrap();
    expect(backend.request().headers["accept-encoding"]).toMatch(/^gzip, br, deflate(, zstd)?$/);
  });
});

describe("a stream with a bound", () => {
  const open = async (maxBytes: number) => {
    const { backend, behalf } = await openCalls();
    backend.handle(answer.stream(["1234", "5678"]));
    return behalf.service("inventory").endpoint("items").get().stream({ maxBytes }).unwrap();
  };

  it("breaks by a typed error once more comes, and ends the backend's answer", async () => {
    const stream = await open(6);
    await expect(text(stream)).rejects.toMatchObject({ code: "BEHALF_BACKEND_UNREADABLE", endpoint: "items" });
  });

  it("gives what is within it", async () => {
    expect(await text(await open(8))).toBe("12345678");
  });
});
