import { Readable } from "node:stream";
import type { ScriptedAnswer } from "../recording-server.ts";
import {
  type Expected,
  lands,
  type OriginCase,
  type OriginTheme,
  type Places,
  stopped,
  type Way,
} from "../vocabulary.ts";
import type { World } from "../world.ts";

/** What the backend answers, one after the other, and by which request it is asked. */
interface Redirected {
  readonly answers: readonly ScriptedAnswer[];
  readonly method?: "GET" | "HEAD" | "POST" | "PUT";
  readonly streams?: boolean;
}

type Case = OriginCase<Redirected>;

const first = "GET /v1/items";
const statuses = [301, 302, 303, 307, 308];

const to = (location: string | readonly string[], status = 302): Redirected => ({ answers: [{ status, location }] });

const raw = (...lines: readonly string[]): Redirected => ({
  answers: [{ raw: [...lines, "content-length: 0", "connection: close", "", ""].join("\r\n") }],
});

const otherOrigins: readonly (readonly [string, (places: Places) => string])[] = [
  ["another port", ({ elsewhere }) => `${elsewhere}/v1/items`],
  ["another host by two slashes", ({ elsewhereHost }) => `//${elsewhereHost}/v1/items`],
  ["another host by backslashes", ({ elsewhereHost }) => `\\\\${elsewhereHost}\\v1`],
  ["another host by a tab between slashes", ({ elsewhereHost }) => `/\t/${elsewhereHost}/v1`],
  ["another host behind a user", ({ backendHost, elsewhereHost }) => `http://${backendHost}@${elsewhereHost}/v1/items`],
  ["another name of the host", ({ backendPort }) => `http://localhost:${backendPort}/v1/items`],
  ["https", ({ backendHost }) => `https://${backendHost}/v1/items`],
  ["the default port", () => "http://127.0.0.1/v1/items"],
  ["another host with the path of this one", ({ elsewhere }) => `${elsewhere}/v1/items?secret=5ec2e7`],
];

const unusable: readonly (readonly [string, (places: Places) => string])[] = [
  ["a user name at the host", ({ backendHost }) => `http://user@${backendHost}/v1/other`],
  ["javascript", () => "javascript:alert(1)"],
  ["data", () => "data:text/plain,x"],
  ["file", () => "file:///v1/other"],
  ["no URL", () => "http://["],
];

const outside: readonly (readonly [string, (places: Places) => string])[] = [
  ["the root", () => "/"],
  ["a path beside the base path", ({ backend }) => `${backend}/admin`],
  ["a path that begins alike", () => "/v10/items"],
  ["steps up", () => "../../admin"],
  ["an encoded step up", () => "/v1/%2e%2e/admin"],
  ["an encoded slash", () => "/v1/..%2fadmin"],
  ["a step up that is encoded twice", () => "/v1/%252e%252e/admin"],
  ["overlong dots", () => "/v1/%c0%ae%c0%ae/admin"],
];

const stop = ([name, location]: readonly [string, (places: Places) => string]): Case => ({
  name,
  input: (places) => to(location(places)),
  expect: stopped(302, first),
});

const namesBoth = ([name, location]: readonly [string, (places: Places) => string]): Case => ({
  name,
  input: (places) => to(location(places)),
  expect: (places) => ({
    ...stopped(302, first),
    message: {
      contains: [places.backend, new URL(location(places), `${places.backend}/v1/items`).origin],
      lacks: ["5ec2e7"],
    },
  }),
});

/** An answer 3xx that names no place to go on at. */
const ends = (status: number): Case["expect"] => ({
  error: { name: "BackendError", code: "BEHALF_BACKEND_ERROR", status },
  landed: [first],
});

/** No HTTP: the connection is given up. */
const unreadable: Expected = {
  error: { name: "BackendUnreachableError", code: "BEHALF_BACKEND_UNREACHABLE" },
  landed: [first],
};

const hops = (count: number): Redirected => ({
  answers: Array.from({ length: count }, (_, index) => ({ status: 302, location: `/v1/hop/${index + 1}` })),
});

const hopTargets = (count: number): readonly string[] => [
  first,
  ...Array.from({ length: count }, (_, index) => `GET /v1/hop/${index + 1}`),
];

const followed = (name: string, input: (places: Places) => Redirected, ...landed: readonly string[]): Case => ({
  name,
  input,
  expect: { landed },
});

const text = "text/plain;charset=UTF-8 body";

interface Carried {
  readonly method: "HEAD" | "POST" | "PUT";
  readonly status: number;
  readonly next: string;
  readonly bodies: readonly string[];
}

const carry = ({ method, status, next, bodies: sent }: Carried): Case => ({
  name: `a ${method} after ${status}`,
  input: () => ({ ...to("/v1/other", status), method }),
  expect: { landed: [`${method} /v1/items`, `${next} /v1/other`], bodies: sent },
});

const bodies: readonly Case[] = [
  carry({ method: "POST", status: 301, next: "GET", bodies: [text, ""] }),
  carry({ method: "POST", status: 302, next: "GET", bodies: [text, ""] }),
  carry({ method: "POST", status: 303, next: "GET", bodies: [text, ""] }),
  carry({ method: "POST", status: 307, next: "POST", bodies: [text, text] }),
  carry({ method: "POST", status: 308, next: "POST", bodies: [text, text] }),
  carry({ method: "PUT", status: 302, next: "PUT", bodies: [text, text] }),
  carry({ method: "PUT", status: 303, next: "GET", bodies: [text, ""] }),
  carry({ method: "HEAD", status: 303, next: "HEAD", bodies: ["", ""] }),
  {
    name: "a stream after 307",
    input: () => ({ ...to("/v1/other", 307), method: "POST", streams: true }),
    expect: stopped(307, "POST /v1/items"),
  },
  followed(
    "a stream after 303",
    () => ({ ...to("/v1/other", 303), method: "POST", streams: true }),
    "POST /v1/items",
    "GET /v1/other",
  ),
];

const spellings: readonly Case[] = [
  ...statuses.map((status) => followed(`a GET after ${status}`, () => to("/v1/other", status), first, "GET /v1/other")),
  followed("an absolute URL", ({ backend }) => to(`${backend}/v1/other`), first, "GET /v1/other"),
  followed(
    "the address in short",
    ({ backendPort }) => to(`http://127.1:${backendPort}/v1/other`),
    first,
    "GET /v1/other",
  ),
  followed(
    "two slashes and the same host",
    ({ backendHost }) => to(`//${backendHost}/v1/other`),
    first,
    "GET /v1/other",
  ),
  followed("a relative path", () => to("items/1"), first, "GET /v1/items/1"),
  followed("a query alone", () => to("?a=1"), first, "GET /v1/items?a=1"),
  followed("a fragment", () => to("/v1/other#//evil.example"), first, "GET /v1/other"),
  followed("five hops", () => hops(5), ...hopTargets(5)),
];

const heads: readonly Case[] = [
  { name: "without a location", input: () => raw("HTTP/1.1 302 Found"), expect: ends(302) },
  { name: "to two locations", input: () => to(["/v1/a", "/v1/b"]), expect: stopped(302, first) },
  {
    name: "to two locations, of which one is elsewhere",
    input: ({ elsewhere }) => to(["/v1/other", `${elsewhere}/v1/other`]),
    expect: stopped(302, first),
  },
  followed(
    "a line break before another header",
    () => raw("HTTP/1.1 302 Found", "location: /v1/other", "x-a: authorization"),
    first,
    "GET /v1/other",
  ),
  ...[
    ["a folded location", "location: /v1/other\r\n //evil.example"],
    ["a carriage return in the location", "location: /v1/other\r//evil.example"],
    ["a zero byte in the location", "location: /v1/other\0//evil.example"],
    ["a line feed in the location", "location: /v1/other\n//evil.example"],
    ["a space in the header's name", "location : /v1/other"],
  ].map(([name = "", line = ""]): Case => ({ name, input: () => raw("HTTP/1.1 302 Found", line), expect: unreadable })),
  { name: "300 with a location", input: () => to("/v1/other", 300), expect: ends(300) },
  { name: "305 with a location", input: ({ elsewhere }) => to(elsewhere, 305), expect: ends(305) },
  { name: "six hops", input: () => hops(6), expect: stopped(302, ...hopTargets(5)) },
  {
    name: "a loop",
    input: () => ({ answers: Array.from({ length: 10 }, () => ({ status: 302, location: "/v1/items" })) }),
    expect: stopped(302, ...Array.from({ length: 6 }, () => first)),
  },
  {
    name: "a hop below, then elsewhere",
    input: ({ elsewhere }) => ({ answers: [...to("/v1/other").answers, ...to(elsewhere, 307).answers] }),
    expect: stopped(307, first, "GET /v1/other"),
  },
  {
    name: "a hop below, then out of the base path by a relative path",
    input: () => ({ answers: [...to("/v1/a/b").answers, ...to("../../admin").answers] }),
    expect: stopped(302, first, "GET /v1/a/b"),
  },
];

const call = (service: "inventory" | "moving"): Way<Redirected> => {
  return (world: World, { answers, method = "GET", streams = false }) => {
    world.backend.next(...answers);
    const carries = method === "POST" || method === "PUT";
    const body = streams ? Readable.from([Buffer.from("body")]) : "body";
    return world[service].send(method, "/items", carries ? { body } : {}).unwrap();
  };
};

type Redirection = "error" | "follow" | "manual";

const fetchBy = (redirect: Redirection): Way<Redirected> => {
  return async (world, { answers }) => {
    world.backend.next(...answers);
    const { status } = await world.moving.fetch("/items", { redirect });
    return status;
  };
};

export const redirects: OriginTheme<Redirected> = {
  name: "redirects, followed five times",
  ways: { call: call("moving") },
  cases: [
    ...otherOrigins.map(namesBoth),
    ...unusable.map(stop),
    ...outside.map(stop),
    ...heads,
    ...spellings,
    ...bodies,
  ],
};

export const unfollowed: OriginTheme<Redirected> = {
  name: "redirects, not followed",
  ways: { call: call("inventory") },
  cases: [
    ...otherOrigins.map(namesBoth),
    ...unusable.map(stop),
    ...outside.map(stop),
    ...statuses.map((status) => ({
      name: `to a path below, by ${status}`,
      input: () => to("/v1/other", status),
      expect: stopped(status, first),
    })),
  ],
};

const byFetch = (mode: Redirection, cases: readonly Case[]): OriginTheme<Redirected> => ({
  name: `redirects, by fetch with "${mode}"`,
  ways: { fetch: fetchBy(mode) },
  cases,
});

export const fetchRedirects: readonly OriginTheme<Redirected>[] = [
  byFetch("follow", [...otherOrigins.map(namesBoth), ...outside.map(stop), ...spellings]),
  byFetch("error", [
    ...otherOrigins.slice(0, 2).map(namesBoth),
    { name: "a path below", input: () => to("/v1/other"), expect: stopped(302, first) },
  ]),
  {
    name: 'redirects, by fetch with "manual"',
    ways: { fetch: fetchBy("manual") },
    cases: [...otherOrigins, ...outside].map(([name, location]) => ({
      name,
      input: (places) => to(location(places)),
      expect: lands("/v1/items"),
    })),
  },
];

/** Without a base path, a path is all that is left to name another host by. */
export const openRedirects: OriginTheme<Redirected> = {
  name: "redirects at the root",
  ways: {
    call: ({ movingOpen, backend }, { answers }) => {
      backend.next(...answers);
      return movingOpen.get("/v1/items").unwrap();
    },
  },
  cases: [
    ...otherOrigins.map(namesBoth),
    {
      name: "a dot before two slashes",
      input: ({ elsewhereHost }) => to(`/.//${elsewhereHost}/a`),
      expect: ({ elsewhereHost }) => ({ landed: [first, `GET //${elsewhereHost}/a`] }),
    },
    {
      name: "a relative path from one that begins with two slashes",
      input: ({ elsewhereHost }) => ({ answers: [...to(`/.//${elsewhereHost}/a`).answers, ...to("b").answers] }),
      expect: ({ elsewhereHost }) => ({ landed: [first, `GET //${elsewhereHost}/a`, `GET //${elsewhereHost}/b`] }),
    },
  ],
};
