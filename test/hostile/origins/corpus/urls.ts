import { lands, type OriginCase, type OriginTheme, type Places, refused } from "../vocabulary.ts";
import { objectWays, textWays } from "../ways.ts";

const out = refused("url", "url");
const texts = Object.keys(textWays);

const leads = (name: string, input: (places: Places) => string): OriginCase<string> => ({ name, input, expect: out });

/** What no parser takes, or what a `Request` refuses itself, goes by the ways of a text. */
const leadsAsText = (name: string, input: (places: Places) => string): OriginCase<string> => ({
  ...leads(name, input),
  ways: texts,
});

const stays = (name: string, input: (places: Places) => string, target = "/v1/items"): OriginCase<string> => ({
  name,
  input,
  expect: lands(target),
});

/** Nothing before the first slash makes it absolute, so that it is a path. */
const staysAsText = (name: string, input: (places: Places) => string, target: (places: Places) => string) => ({
  name,
  input,
  expect: (places: Places) => lands(target(places)),
  ways: texts,
});

const origins: readonly OriginCase<string>[] = [
  leads("another port", ({ elsewhere }) => `${elsewhere}/v1/items`),
  leads("another port, scheme in capitals", ({ elsewhereHost }) => `HTTP://${elsewhereHost}/v1/items`),
  leads("no port", () => "http://127.0.0.1/v1/items"),
  leads("the default port", () => "http://127.0.0.1:80/v1/items"),
  leads("https at the same port", ({ backendHost }) => `https://${backendHost}/v1/items`),
  leads("another name of the host", ({ backendPort }) => `http://localhost:${backendPort}/v1/items`),
  leads("another name with a dot behind", ({ backendPort }) => `http://localhost.:${backendPort}/v1/items`),
  leads("IPv6 loopback", ({ backendPort }) => `http://[::1]:${backendPort}/v1/items`),
  leads("IPv4 in IPv6", ({ backendPort }) => `http://[::ffff:127.0.0.1]:${backendPort}/v1/items`),
  leads("IPv4 in IPv6, in hexadecimal", ({ backendPort }) => `http://[::ffff:7f00:1]:${backendPort}/v1/items`),
  leads("all addresses", ({ backendPort }) => `http://0.0.0.0:${backendPort}/v1/items`),
  leads("another loopback address", ({ backendPort }) => `http://127.0.0.2:${backendPort}/v1/items`),
  leads("the host as a beginning", ({ backendPort }) => `http://127.0.0.1.evil.example:${backendPort}/v1/items`),
  leads("a Cyrillic look-alike", ({ backendPort }) => `http://l\u043ecalhost:${backendPort}/v1/items`),
  leads("the same in Punycode", ({ backendPort }) => `http://xn--lcalhost-vbh:${backendPort}/v1/items`),
  leads("a slash of another script", () => "http://127.0.0.1\u2044evil.example/v1/items"),
];

const userInfo: readonly OriginCase<string>[] = [
  leadsAsText(
    "the host as a user",
    ({ backendHost, elsewhereHost }) => `http://${backendHost}@${elsewhereHost}/v1/items`,
  ),
  leadsAsText("a user at the host", ({ backendHost }) => `http://user@${backendHost}/v1/items`),
  leadsAsText("a password at the host", ({ backendHost }) => `http://:secret@${backendHost}/v1/items`),
  leadsAsText("two at signs", ({ backendHost, elsewhereHost }) => `http://a@${backendHost}@${elsewhereHost}/v1/items`),
  leadsAsText("an encoded at sign", ({ elsewhereHost }) => `http://127.0.0.1%40${elsewhereHost}/v1/items`),
  leads(
    "a backslash before the at sign",
    ({ elsewhereHost, backendHost }) => `http://${elsewhereHost}\\@${backendHost}/v1`,
  ),
  leads(
    "a fragment before the at sign",
    ({ elsewhereHost, backendHost }) => `http://${elsewhereHost}#@${backendHost}/v1`,
  ),
  leads("a query before the at sign", ({ elsewhereHost, backendHost }) => `http://${elsewhereHost}?@${backendHost}/v1`),
  leads(
    "a path with an at sign",
    ({ elsewhereHost, backendHost }) => `http://${backendHost}\\@${elsewhereHost}/v1/items`,
  ),
  stays("no user before an at sign", ({ backendHost }) => `http://@${backendHost}/v1/items`),
];

const schemes: readonly OriginCase<string>[] = [
  ...["javascript:alert(1)", "data:text/plain,x", "file:///v1/items", "mailto:a@evil.example", "about:blank"].map(
    (url) => leads(`the scheme of ${url}`, () => url),
  ),
  leads("blob", ({ backend }) => `blob:${backend}/v1/items`),
  leads("ftp", ({ backendHost }) => `ftp://${backendHost}/v1/items`),
  leads("ws", ({ backendHost }) => `ws://${backendHost}/v1/items`),
  leads("a scheme of nobody's", ({ backendHost }) => `behalf://${backendHost}/v1/items`),
  leadsAsText("a scheme without slashes", ({ elsewhereHost }) => `http:${elsewhereHost}/v1/items`),
  leadsAsText("a scheme with one slash", ({ elsewhereHost }) => `http:/${elsewhereHost}/v1/items`),
  leads("a scheme with three slashes", ({ elsewhereHost }) => `http:///${elsewhereHost}/v1/items`),
  leads("a scheme with backslashes", ({ elsewhereHost }) => `http:\\\\${elsewhereHost}\\v1\\items`),
  leads("a tab in the host's slashes", ({ elsewhereHost }) => `http:/\t/${elsewhereHost}/v1/items`),
  staysAsText(
    "a line break in the scheme",
    ({ elsewhere }) => elsewhere.replace("http", "ht\ntp"),
    ({ elsewhere }) => `/v1/${elsewhere}`,
  ),
  staysAsText(
    "a space in front",
    ({ elsewhere }) => ` ${elsewhere}/a`,
    ({ elsewhere }) => `/v1/%20${elsewhere}/a`,
  ),
  staysAsText(
    "a zero byte in front",
    ({ elsewhere }) => `\0${elsewhere}`,
    ({ elsewhere }) => `/v1/%00${elsewhere}`,
  ),
  {
    ...leads("a line break in the scheme, parsed before", ({ elsewhere }) => elsewhere.replace("http", "ht\ntp")),
    ways: Object.keys(objectWays),
  },
];

const paths: readonly OriginCase<string>[] = [
  leads("the origin alone", ({ backend }) => backend),
  leads("a path beside the base path", ({ backend }) => `${backend}/admin`),
  leads("a path that begins alike", ({ backend }) => `${backend}/v10/items`),
  leads("the base path in capitals", ({ backend }) => `${backend}/V1/items`),
  leads("the base path behind an empty segment", ({ backend }) => `${backend}//v1/items`),
  leads("a step up", ({ backend }) => `${backend}/v1/../admin`),
  leads("an encoded step up", ({ backend }) => `${backend}/v1/%2e%2e/admin`),
  leads("an encoded slash behind the base path", ({ backend }) => `${backend}/v1%2f..%2fadmin`),
  leads("a step up that is encoded twice", ({ backend }) => `${backend}/v1/%252e%252e/admin`),
  leadsAsText("a port that is none", () => "http://127.0.0.1:65536/v1/items"),
  leadsAsText("half an address", () => "http://["),
  leads("a very long host", () => `http://${"a.".repeat(30_000)}example/v1/items`),
  stays("a very long path", ({ backend }) => `${backend}/v1/${"a".repeat(8_000)}`, `/v1/${"a".repeat(8_000)}`),
];

const spellings: readonly OriginCase<string>[] = [
  stays("the URL as it is", ({ backend }) => `${backend}/v1/items`),
  stays("a port with zeros", ({ backendPort }) => `http://127.0.0.1:000${backendPort}/v1/items`),
  stays("a dot behind the address", ({ backendPort }) => `http://127.0.0.1.:${backendPort}/v1/items`),
  stays("the address in short", ({ backendPort }) => `http://127.1:${backendPort}/v1/items`),
  stays("the address in hexadecimal", ({ backendPort }) => `http://0x7f000001:${backendPort}/v1/items`),
  stays("the address as a number", ({ backendPort }) => `http://2130706433:${backendPort}/v1/items`),
  stays("the address in octal", ({ backendPort }) => `http://0177.0.0.1:${backendPort}/v1/items`),
  stays("full-width digits", ({ backendPort }) => `http://\uff11\uff12\uff17.0.0.1:${backendPort}/v1/items`),
  stays("ideographic full stops", ({ backendPort }) => `http://127\u30020\u30020\u30021:${backendPort}/v1/items`),
  stays("a tab in the address", ({ backendPort }) => `http://127.0.\t0.1:${backendPort}/v1/items`),
  stays("another host in the fragment", ({ backend, elsewhereHost }) => `${backend}/v1/items#@${elsewhereHost}/`),
  {
    name: "another URL in the query",
    input: ({ backend, elsewhere }) => `${backend}/v1/items?next=${elsewhere}/`,
    expect: ({ elsewhere }) => lands(`/v1/items?next=${elsewhere}/`),
  },
];

export const urls: OriginTheme<string> = {
  name: "absolute URLs",
  ways: { ...textWays, ...objectWays },
  cases: [...origins, ...userInfo, ...schemes, ...paths, ...spellings],
};
