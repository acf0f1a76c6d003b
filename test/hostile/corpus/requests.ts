import { refused } from "../expected.ts";
import type { Expected, HostileCase, RequestHead, Theme } from "../vocabulary.ts";

type Headers = RequestHead["headers"];

/** The same request with other headers in the place of `Authorization`. */
const showing = (name: string, toHeaders: (token: string) => Headers, expect: Expected): HostileCase => ({
  name,
  make: { request: (head, { token }) => ({ ...head, headers: toHeaders(token) }) },
  expect,
});

const valued = (name: string, write: (token: string) => string, expect: Expected): HostileCase =>
  showing(name, (token) => [["Authorization", write(token)]], expect);

const elsewhere: readonly HostileCase[] = [
  showing("no header at all", () => [], refused.missing),
  {
    name: "token in the query",
    make: { request: (head, { token }) => ({ ...head, target: `${head.target}?access_token=${token}`, headers: [] }) },
    expect: refused.missing,
  },
  {
    name: "token in the body",
    make: {
      request: (head, { token }) => ({
        ...head,
        method: "POST",
        headers: [["Content-Type", "application/x-www-form-urlencoded"]],
        body: `access_token=${token}`,
      }),
    },
    expect: refused.missing,
  },
  showing(
    "token in a cookie",
    (token) => [["Cookie", `access_token=${token}; Authorization=Bearer ${token}`]],
    refused.missing,
  ),
  showing("token in Proxy-Authorization", (token) => [["Proxy-Authorization", `Bearer ${token}`]], refused.missing),
  showing("token in X-Authorization", (token) => [["X-Authorization", `Bearer ${token}`]], refused.missing),
  showing("token in X-Forwarded-Access-Token", (token) => [["X-Forwarded-Access-Token", token]], refused.missing),
  showing("header name with an underscore", (token) => [["Authorization_", `Bearer ${token}`]], refused.missing),
];

const schemes: readonly HostileCase[] = [
  valued("Basic", () => `Basic ${Buffer.from("alice:secret").toString("base64")}`, refused.scheme),
  valued(
    "Basic with the token as password",
    (token) => `Basic ${Buffer.from(`alice:${token}`).toString("base64")}`,
    refused.scheme,
  ),
  valued("Negotiate", (token) => `Negotiate ${token}`, refused.scheme),
  valued("Digest", () => 'Digest username="alice"', refused.scheme),
  valued("Token", (token) => `Token ${token}`, refused.scheme),
  valued("no scheme", (token) => token, refused.scheme),
  valued("scheme glued to the token", (token) => `Bearer${token}`, refused.scheme),
  valued("scheme with a colon", (token) => `Bearer: ${token}`, refused.scheme),
  valued("scheme with an equals sign", (token) => `Bearer=${token}`, refused.scheme),
  valued("scheme with a Cyrillic letter", (token) => `\u00d0\u0092earer ${token}`, refused.scheme),
  valued("scheme in quotes", (token) => `"Bearer" ${token}`, refused.scheme),
  valued("a tab for a space", (token) => `Bearer\t${token}`, refused.scheme),
  valued("empty", () => "", refused.scheme),
  valued("a scheme alone", () => "Bearer", refused.malformed),
  valued("a scheme and spaces", () => "Bearer   ", refused.malformed),
  valued("Bearer twice", (token) => `Bearer Bearer ${token}`, refused.malformed),
  valued("two tokens with a space", (token) => `Bearer ${token} ${token}`, refused.malformed),
  valued("two credentials with a comma", (token) => `Bearer ${token}, Bearer ${token}`, refused.malformed),
  valued("two tokens with a comma alone", (token) => `Bearer ${token},${token}`, refused.malformed),
  valued("two schemes with a comma", (token) => `Basic eDp5, Bearer ${token}`, refused.scheme),
  valued("token in quotes", (token) => `Bearer "${token}"`, refused.malformed),
  valued("token with a parameter behind", (token) => `Bearer ${token}; a=b`, refused.malformed),
  valued("token with a name in front", (token) => `Bearer token=${token}`, refused.malformed),
  valued("token with a tab within", (token) => `Bearer ${token.replace(".", "\t.")}`, refused.malformed),
  valued("token with a space within", (token) => `Bearer ${token.replace(".", " .")}`, refused.malformed),
  valued("token with bytes beyond ASCII", (token) => `Bearer ${token}\u00ff\u00fe`, refused.malformed),
  valued("token percent-encoded", (token) => `Bearer ${token.replaceAll(".", "%2E")}`, refused.malformed),
];

const twice: readonly HostileCase[] = [
  showing(
    "Authorization twice, the same",
    (token) => [
      ["Authorization", `Bearer ${token}`],
      ["Authorization", `Bearer ${token}`],
    ],
    refused.twoTokens,
  ),
  showing(
    "Authorization twice, the second of nobody",
    (token) => [
      ["Authorization", `Bearer ${token}`],
      ["authorization", "Bearer x"],
    ],
    refused.twoTokens,
  ),
  showing(
    "Authorization twice, Basic first",
    (token) => [
      ["AUTHORIZATION", "Basic eDp5"],
      ["Authorization", `Bearer ${token}`],
    ],
    refused.twoTokens,
  ),
  showing(
    "Authorization twice, the first empty",
    (token) => [
      ["Authorization", ""],
      ["Authorization", `Bearer ${token}`],
    ],
    refused.twoTokens,
  ),
];

export const requests: Theme = {
  name: "requests",
  cases: [
    ...elsewhere,
    ...schemes,
    ...twice,
    valued("token on a second line of the header", (token) => `Bearer\r\n ${token}`, refused.badRequest),
    valued("token with a zero byte", (token) => `Bearer ${token}\u0000`, refused.badRequest),
    showing("a space before the colon", (token) => [["Authorization ", `Bearer ${token}`]], refused.badRequest),
    {
      name: "two lengths of the body",
      make: {
        request: (head) => ({ ...head, headers: [...head.headers, ["Content-Length", "0"], ["Content-Length", "5"]] }),
      },
      expect: refused.badRequest,
    },
    {
      name: "a body in chunks and of a length",
      make: {
        request: (head) => ({
          ...head,
          headers: [...head.headers, ["Transfer-Encoding", "chunked"], ["Content-Length", "5"]],
        }),
      },
      expect: refused.badRequest,
    },
  ],
  harmless: [
    {
      name: "scheme in lower case",
      make: { request: (head, { token }) => ({ ...head, headers: [["authorization", `bearer ${token}`]] }) },
    },
    {
      name: "scheme in mixed case",
      make: { request: (head, { token }) => ({ ...head, headers: [["Authorization", `bEaReR ${token}`]] }) },
    },
    {
      name: "three spaces",
      make: { request: (head, { token }) => ({ ...head, headers: [["Authorization", `Bearer   ${token}`]] }) },
    },
    {
      name: "spaces around the value",
      make: { request: (head, { token }) => ({ ...head, headers: [["Authorization", `  Bearer ${token}  `]] }) },
    },
    {
      name: "a query that looks like a token",
      make: { request: (head) => ({ ...head, target: `${head.target}?access_token=x` }) },
    },
  ],
};

const many = (count: number, name: (index: number) => string): Headers =>
  Array.from({ length: count }, (_, index) => [name(index), ""] as const);

/** With the limits that Node's HTTP server has of itself. */
export const limits: Theme = {
  name: "limits of the server",
  maxHeaderSize: 16_384,
  cases: [
    {
      name: "a token of 1 MB",
      make: { compact: () => "a".repeat(1_048_576) },
      expect: refused.headTooLarge,
    },
    {
      name: "10,000 headers",
      make: { request: (head) => ({ ...head, headers: [...many(10_000, (index) => `X-${index}`), ...head.headers] }) },
      expect: refused.headTooLarge,
    },
    {
      name: "10,000 Authorization headers",
      make: { request: (head) => ({ ...head, headers: [...many(10_000, () => "Authorization"), ...head.headers] }) },
      expect: refused.headTooLarge,
    },
    {
      name: "a target of 20,000 characters",
      make: { request: (head) => ({ ...head, target: `${head.target}?${"q".repeat(20_000)}` }) },
      expect: refused.headTooLarge,
    },
    // Node keeps the first thousand headers and drops the others without a word: a proxy in front may have read the second.
    {
      name: "a second Authorization behind 1,500 headers",
      make: {
        request: (head) => ({
          ...head,
          headers: [...head.headers, ...many(1_500, () => "a"), ["Authorization", "Bearer x"]],
        }),
      },
      expect: {
        status: 400,
        error: "invalid_request",
        reason: "tooManyHeaders",
        code: "BEHALF_CALLER_REQUEST_INVALID",
      },
    },
  ],
};

/** Where a token may come in either of two headers. */
export const twoHeaders: Theme = {
  name: "two headers",
  inbound: () => ({ authorizationHeader: ["authorization", "x-api-token"] }),
  cases: [
    showing(
      "a token in both",
      (token) => [
        ["Authorization", `Bearer ${token}`],
        ["X-Api-Token", token],
      ],
      refused.twoTokens,
    ),
    showing(
      "Basic in one, a token in the other",
      (token) => [
        ["Authorization", "Basic eDp5"],
        ["X-Api-Token", token],
      ],
      refused.twoTokens,
    ),
    showing(
      "the custom header twice",
      (token) => [
        ["X-Api-Token", token],
        ["x-api-token", token],
      ],
      refused.twoTokens,
    ),
    showing("two tokens in the custom header", (token) => [["X-Api-Token", `${token},${token}`]], refused.malformed),
    showing(
      "two schemes in the custom header",
      (token) => [["X-Api-Token", `Bearer Bearer ${token}`]],
      refused.malformed,
    ),
    showing("Basic in the custom header", () => [["X-Api-Token", "Basic eDp5"]], refused.scheme),
    showing("nothing in either", () => [], refused.missing),
  ],
  harmless: [
    {
      name: "the bare token in the custom header",
      make: { request: (head, { token }) => ({ ...head, headers: [["X-Api-Token", token]] }) },
    },
    {
      name: "a scheme in the custom header",
      make: { request: (head, { token }) => ({ ...head, headers: [["X-Api-Token", `Bearer ${token}`]] }) },
    },
  ],
};
