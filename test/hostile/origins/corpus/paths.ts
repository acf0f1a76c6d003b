import { lands, type OriginCase, type OriginTheme, type Places, refused, untyped } from "../vocabulary.ts";
import { openWays, textWays } from "../ways.ts";

const out = refused("url", "url");

const leads = (name: string, input: (places: Places) => string): OriginCase<string> => ({ name, input, expect: out });

const lead = (path: string): OriginCase<string> => leads(JSON.stringify(path), () => path);

const stay = (path: string, target: string): OriginCase<string> => ({
  name: JSON.stringify(path),
  input: () => path,
  expect: lands(target),
});

const stays = (
  name: string,
  input: (places: Places) => string,
  target: (places: Places) => string,
): OriginCase<string> => ({ name, input, expect: (places) => lands(target(places)) });

const hosts: readonly OriginCase<string>[] = [
  leads("//host", ({ elsewhereHost }) => `//${elsewhereHost}/v1/items`),
  leads("\\\\host", ({ elsewhereHost }) => `\\\\${elsewhereHost}\\v1\\items`),
  leads("/\\host", ({ elsewhereHost }) => `/\\${elsewhereHost}/v1/items`),
  leads("\\/host", ({ elsewhereHost }) => `\\/${elsewhereHost}/v1/items`),
  leads("///host", ({ elsewhereHost }) => `///${elsewhereHost}/v1/items`),
  leads("//user@host", ({ elsewhereHost }) => `//user@${elsewhereHost}/v1/items`),
];

const steps: readonly OriginCase<string>[] = [
  ...["..", "../", "/..", "../admin", "/../admin", "/../v10/items", "..\\admin", "/x/../../v10/items"],
  ...["/%2e%2e/admin", "/.%2E/admin", "/%2e./admin", "/..%2fadmin", "/..%5cadmin", "/%2e%2e%2fadmin"],
  ...["/%252e%252e/admin", "/%252e%252e%252fadmin", "/..%252fadmin", "/%25252e%25252e/admin", "/%%32%65%%32%65/admin"],
  ...["/%c0%ae%c0%ae/admin", "/..%c0%afadmin", "/%e0%80%ae%e0%80%ae/admin", "/..%c1%9cadmin", "/%u002e%u002e/admin"],
  ...["/..;/admin", "/..;a=1/admin", "/..%3b/admin", "/..%00/admin", "/.\t./admin", "/.\n./admin", "/.%09./admin"],
].map(lead);

const harmless: readonly OriginCase<string>[] = [
  stay("", "/v1/"),
  stay("/", "/v1/"),
  stay("/../v1/items", "/v1/items"),
  stay("a//b", "/v1/a//b"),
  stay("\\..\\admin", "/v1/admin"),
  stay("/items/...", "/v1/items/..."),
  stay("/items/1%2F2", "/v1/items/1%2F2"),
  stay("/\uff0e\uff0e/admin", "/v1/%EF%BC%8E%EF%BC%8E/admin"),
  stay("/items\r\nHost: evil.example\r\n\r\n", "/v1/itemsHost:%20evil.example"),
  stay("/items HTTP/1.1", "/v1/items%20HTTP/1.1"),
  stay("/it\0ems", "/v1/it%00ems"),
  stay("/items\0", "/v1/items"),
  stay("/items%0d%0aHost:%20evil.example", "/v1/items%0d%0aHost:%20evil.example"),
  stay("/\ud800", "/v1/%EF%BF%BD"),
  stay(":80/x", "/v1/:80/x"),
  stay("/items#//evil.example/", "/v1/items"),
  stay("/items?a=//evil.example/..", "/v1/items?a=//evil.example/.."),
  stays(
    "@host",
    ({ elsewhereHost }) => `@${elsewhereHost}/a`,
    ({ elsewhereHost }) => `/v1/@${elsewhereHost}/a`,
  ),
  stays(
    "an encoded scheme",
    ({ elsewhereHost }) => `http%3a//${elsewhereHost}/`,
    ({ elsewhereHost }) => `/v1/http%3a//${elsewhereHost}/`,
  ),
  stays(
    "a tab between the slashes",
    ({ elsewhereHost }) => `/\t/${elsewhereHost}/a`,
    ({ elsewhereHost }) => `/v1//${elsewhereHost}/a`,
  ),
  stays(
    "a tab before the slashes",
    ({ elsewhereHost }) => `\t//${elsewhereHost}/a`,
    ({ elsewhereHost }) => `/v1///${elsewhereHost}/a`,
  ),
];

export const paths: OriginTheme<string> = {
  name: "relative paths",
  ways: textWays,
  cases: [...hosts, ...steps, ...harmless],
};

export const openPaths: OriginTheme<string> = {
  name: "paths without a base path",
  ways: openWays,
  cases: [
    ...hosts,
    leads("a tab between the slashes", ({ elsewhereHost }) => `/\t/${elsewhereHost}/a`),
    leads("a tab before the slashes", ({ elsewhereHost }) => `\t//${elsewhereHost}/a`),
    leads("line breaks around the slashes", ({ elsewhereHost }) => `\n/\r/${elsewhereHost}/a`),
    leads("one backslash", ({ elsewhereHost }) => `\\${elsewhereHost}/a`),
    ...["/..%2fadmin", "/..;/admin", "/a/%252e%252e/admin"].map(lead),
    stay("/../admin", "/admin"),
    stays(
      "a dot before the slashes",
      ({ elsewhereHost }) => `/.//${elsewhereHost}/a`,
      ({ elsewhereHost }) => `//${elsewhereHost}/a`,
    ),
    stays(
      "dots before the slashes",
      ({ elsewhereHost }) => `/..//${elsewhereHost}/a`,
      ({ elsewhereHost }) => `//${elsewhereHost}/a`,
    ),
    stays(
      "two slashes behind the host",
      ({ backend, elsewhereHost }) => `${backend}//${elsewhereHost}/a`,
      ({ elsewhereHost }) => `//${elsewhereHost}/a`,
    ),
    stays(
      "a scheme without slashes",
      ({ elsewhereHost }) => `http:${elsewhereHost}/a`,
      ({ elsewhereHost }) => `/${elsewhereHost}/a`,
    ),
    stays(
      "@host",
      ({ elsewhereHost }) => `@${elsewhereHost}/a`,
      ({ elsewhereHost }) => `/@${elsewhereHost}/a`,
    ),
  ],
};

const strange = ([name, value]: readonly [string, unknown]): OriginCase<string> => ({
  name,
  input: () => untyped(value),
  expect: out,
});

/** Gives another text each time that it is asked. */
const changing = { toString: (): string => "/items" };

export const strangePaths: OriginTheme<string> = {
  name: "paths that are no text",
  ways: { get: textWays.get, fetch: textWays.fetch },
  cases: [
    ["nothing", undefined],
    ["null", null],
    ["a number", 7],
    ["a symbol", Symbol("/items")],
    ["a list", ["/items"]],
    ["an object", {}],
    ["an object with a text of its own", changing],
    ["a function", () => "/items"],
  ].map(([name, value]) => strange([String(name), value])),
};
