import { describe, expect, it } from "vitest";
import { type Environment, findEnvironmentProxy } from "./environment-proxy.ts";

const both: Environment = { HTTPS_PROXY: "http://secure.example:3128", HTTP_PROXY: "http://plain.example:3128" };
const urlOf = (origin: string, environment: Environment): string | undefined =>
  findEnvironmentProxy(origin, environment)?.url;

describe("the proxy of the environment", () => {
  it.each<[string, Environment, string | undefined]>([
    ["https://a.example", both, "http://secure.example:3128"],
    ["http://a.example", both, "http://plain.example:3128"],
    ["https://a.example", { HTTP_PROXY: "http://plain.example:3128" }, undefined],
    ["https://a.example", {}, undefined],
    ["https://a.example", { ...both, https_proxy: "http://lower.example" }, "http://lower.example"],
    ["https://a.example", { ...both, https_proxy: "" }, "http://secure.example:3128"],
    ["https://a.example", { https_proxy: "proxy.example:3128" }, "http://proxy.example:3128"],
    ["https://a.example", { https_proxy: " https://proxy.example " }, "https://proxy.example"],
  ])("for %s under %o is %s", (origin, environment, expected) => {
    expect(urlOf(origin, environment)).toBe(expected);
  });

  it("has user and password apart from the URL, and prints neither", () => {
    const found = findEnvironmentProxy("https://a.example", { HTTPS_PROXY: "http://anna:p%40ss@proxy.example:3128" });
    expect(found?.url).toBe("http://proxy.example:3128");
    expect(found?.authorization?.value()).toBe(`Basic ${Buffer.from("anna:p@ss").toString("base64")}`);
    expect(JSON.stringify(found)).not.toContain(Buffer.from("anna").toString("base64").slice(0, 4));
  });

  it.each(["socks5://proxy.example:1080", "http://", "ftp://u:pa55word@proxy.example"])(
    "is refused without being quoted: %s",
    (url) => {
      const read = (): unknown => findEnvironmentProxy("https://a.example", { HTTPS_PROXY: url });
      expect(read).toThrow(new TypeError("The proxy is not an http(s) URL."));
    },
  );

  it.each([
    "http://localhost:3000",
    "http://api.localhost",
    "https://localhost.",
    "http://127.0.0.1:8080",
    "https://127.8.9.10",
    "https://[::1]:8443",
    "https://[::ffff:127.0.0.1]",
  ])("is never that of this machine: %s", (origin) => {
    expect(urlOf(origin, both)).toBeUndefined();
  });
});

describe("NO_PROXY", () => {
  const isDirect = (origin: string, list: string): boolean => urlOf(origin, { ...both, NO_PROXY: list }) === undefined;

  it.each([
    ["https://a.example", "a.example"],
    ["https://a.example", "b.example, A.Example"],
    ["https://a.example", "b.example a.example"],
    ["https://sub.a.example", "a.example"],
    ["https://sub.a.example", ".a.example"],
    ["https://a.example", ".a.example"],
    ["https://sub.a.example", "*.a.example"],
    ["https://a.example.", "a.example"],
    ["https://a.example", "a.example."],
    ["https://a.example", "*"],
    ["https://a.example:8443", "a.example:8443"],
    ["https://a.example", "a.example:443"],
    ["http://a.example", "a.example:80"],
    ["https://10.1.2.3", "10.1.2.3"],
    ["https://10.1.2.3", "10.0.0.0/8"],
    ["https://10.1.2.3:8443", "10.0.0.0/8:8443"],
    ["https://[fd00::1]", "fd00::1"],
    ["https://[fd00::1]", "[fd00::1]"],
    ["https://[fd00::1]:8443", "[fd00::1]:8443"],
    ["https://[fd00::1]", "fd00::/8"],
  ])("means %s by %s", (origin, list) => {
    expect(isDirect(origin, list)).toBe(true);
  });

  it.each([
    ["https://a.example", ""],
    ["https://a.example", "example.com"],
    ["https://nota.example", "a.example"],
    ["https://a.example.evil.example", "a.example"],
    ["https://a.example", "sub.a.example"],
    ["https://a.example:8443", "a.example:443"],
    ["https://a.example", "a.example:8443"],
    ["https://10.1.2.3", "1.2.3"],
    ["https://10.1.2.3", "11.0.0.0/8"],
    ["https://10.1.2.3", "10.0.0.0/99"],
    ["https://10.1.2.3", "10.0.0.0/x"],
    ["https://10.1.2.3", "fd00::/8"],
    ["https://[fd00::1]", "fe80::/10"],
    ["https://a.example", "."],
    ["https://a.example", ", ,"],
  ])("does not mean %s by %j", (origin, list) => {
    expect(isDirect(origin, list)).toBe(false);
  });

  it("is read in lower case first", () => {
    expect(urlOf("https://a.example", { ...both, NO_PROXY: "a.example", no_proxy: "b.example" })).toBeDefined();
  });
});
