import { afterEach, describe, expect, it } from "vitest";
import { assertion, type ProxiedApi, send, startProxied } from "../../test/sidecar.ts";

let proxied: ProxiedApi;
let called = 0;
const start = async (tokenPath = "/.sidecar/token") => {
  called = 0;
  proxied = await startProxied((_request, response) => void response.end(String(++called)), { tokenPath });
};
afterEach(() => proxied.close());

describe("the developer's endpoint", () => {
  it("gives the assertion for a token, for no cache to keep", async () => {
    await start();
    const { status, headers, text } = await send(`${proxied.url}/.sidecar/token`);
    expect([status, headers["cache-control"], headers["content-type"]]).toEqual([200, "no-store", "application/json"]);
    expect(JSON.parse(text)).toEqual({ assertion, grant_type: "token_exchange" });
    expect(called).toBe(0);
  });

  it("answers 401 without a token, and to one that is not accepted", async () => {
    await start();
    const url = `${proxied.url}/.sidecar/token`;
    const answers = [await send(url, { token: undefined }), await send(url, { token: "bad" })];
    expect(answers.map(({ status }) => status)).toEqual([401, 401]);
    expect(answers.map(({ headers }) => headers["www-authenticate"])).toEqual([
      "Bearer",
      'Bearer error="invalid_token"',
    ]);
  });

  it.each(["forwarded", "x-forwarded-for", "via", "x-real-ip"])(
    "answers 403 to what came through a proxy: %s",
    async (name) => {
      await start();
      const { status, text } = await send(`${proxied.url}/.sidecar/token`, { headers: { [name]: "for=1.2.3.4" } });
      expect(status).toBe(403);
      expect(text).not.toContain(assertion);
    },
  );

  it.each(["POST", "HEAD"])("answers 405 to %s", async (method) => {
    await start();
    const { status, headers } = await send(`${proxied.url}/.sidecar/token`, { method });
    expect([status, headers.allow, headers["x-request-id"], called]).toEqual([405, "GET", "message-1", 0]);
  });

  it("stands where it is told to, and nowhere else", async () => {
    await start("/elsewhere");
    expect((await send(`${proxied.url}/elsewhere`)).text).toContain(assertion);
    expect((await send(`${proxied.url}/.sidecar/token`)).text).toBe("1");
  });
});
