import { createBehalf, flag, type GivenQuery, type QueryValues } from "behalf";
import { describe, expect, it } from "vitest";
import { closeAfterTest, toRoot } from "../support/open-behalf.ts";
import { startServers } from "../support/start-servers.ts";

async function open() {
  const { as, backend } = await startServers();
  const services = { search: { host: backend.url, grantType: "none", endpoints: { find: "/find" } } } as const;
  const search = closeAfterTest(createBehalf({ ...toRoot(as), services })).service("search");
  return { backend, search };
}

/** What the backend reads of a query, sent by an endpoint. */
async function receive(query: GivenQuery): Promise<readonly (readonly [string, string])[]> {
  const { backend, search } = await open();
  await search.endpoint("find").get({ query }).unwrap();
  return [...new URL(backend.request().url, backend.url).searchParams];
}

describe("a query", () => {
  it.each(["a=b", "a&b", "a+b", "a b", "a#b", "a?b", "a%20b", "a;b", "ä🚲", "a\r\nb", "'\"<>", ""])(
    "B-45: carries %j in names and values to the backend",
    async (text) => {
      expect(await receive({ [`n${text}`]: text })).toEqual([[`n${text}`, text]]);
    },
  );

  it("B-45: carries a flag, which has no value", async () => {
    const { backend, search } = await open();
    await search.endpoint("find").get({ query: { archived: flag, b: 1 } });
    expect(backend.request().url).toBe("/find?archived&b=1");
  });

  it("B-45: carries the pairs of URLSearchParams as they are, behind those of the path", async () => {
    const { backend, search } = await open();
    await search.get("/find?tag=z", { query: new URLSearchParams("tag=b&q=a b%26c&tag=a&q=") }).unwrap();
    expect(backend.request().url).toBe("/find?tag=z&tag=b&q=a%20b%26c&tag=a&q=");
  });

  it("B-45: repeats the members of a list, in their order", async () => {
    expect(await receive({ tag: ["b", "a", "b"] })).toEqual([
      ["tag", "b"],
      ["tag", "a"],
      ["tag", "b"],
    ]);
  });

  it("B-45: carries numbers, booleans and dates", async () => {
    const since = new Date(0);
    expect(await receive({ a: 0, b: false, c: 2n ** 64n, since, no: undefined, none: null })).toEqual([
      ["a", "0"],
      ["b", "false"],
      ["c", "18446744073709551616"],
      ["since", "1970-01-01T00:00:00.000Z"],
    ]);
  });

  it("B-45: is put behind one that the path has already", async () => {
    const { backend, search } = await open();
    await search.get("/find?a=1", { query: { b: "2=3" } }).unwrap();
    expect(backend.request().url).toBe("/find?a=1&b=2%3D3");
  });

  it("B-45: with what has no place in it is refused, and nothing is sent", async () => {
    const { backend, search } = await open();
    const query: QueryValues = Object.assign(Object.create(null), { where: { id: "secret" } });
    const outcome = await search.endpoint("find").get({ query });
    expect(outcome).toMatchObject({ ok: false, error: { refusal: "query", subject: "where" } });
    expect(!outcome.ok && outcome.error.message).not.toContain("secret");
    expect(backend.requests).toHaveLength(0);
  });

  it("B-45: with a lone surrogate is refused, and nothing is sent", async () => {
    const { backend, search } = await open();
    const outcome = await search.endpoint("find").get({ query: { a: "\ud800" } });
    expect(outcome).toMatchObject({ ok: false, error: { code: "BEHALF_REQUEST_REFUSED", refusal: "query" } });
    expect(backend.requests).toHaveLength(0);
  });
});
