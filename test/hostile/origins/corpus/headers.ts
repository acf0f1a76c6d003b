import { HttpClientOptions } from "behalf";
import { lands, type OriginCase, type OriginTheme, refused, untyped } from "../vocabulary.ts";
import { openClientBelow } from "../ways.ts";

type Given = Readonly<Record<string, string>> | readonly (readonly [string, string])[] | Headers;

const refuse = (name: string, input: unknown, subject: string): OriginCase<Given> => ({
  name,
  input: () => untyped(input),
  expect: refused("header", subject),
});

const take = (name: string, input: Given): OriginCase<Given> => ({
  name,
  input: () => input,
  expect: lands("/v1/items"),
});

const owned = [
  ...["authorization", "proxy-authorization", "dpop", "host", "connection", "keep-alive", "transfer-encoding"],
  ...["content-length", "expect", "upgrade", "te", "trailer", "proxy-connection", "x-request-id"],
];

const mixCase = (name: string): string =>
  name.replace(/\w/g, (letter, index) => (index % 2 ? letter : letter.toUpperCase()));

export const headers: OriginTheme<Given> = {
  name: "headers",
  ways: {
    call: ({ inventory }, given) => inventory.get("/items", { headers: given }).unwrap(),
    endpoint: ({ inventory }, given) =>
      inventory
        .endpoint("item")
        .get({ params: { sku: "a" }, headers: given })
        .unwrap(),
    send: async (world, given) => (await openClientBelow(world)).send({ url: "items", headers: given }).unwrap(),
    hook: (world, given) => {
      world.hook = () => ({ headers: untyped(given) });
      return world.told.get("/items").unwrap();
    },
  },
  cases: [
    ...owned.map((name) => refuse(`${name} in mixed case`, { [mixCase(name)]: "1" }, name)),
    ...owned.map((name) =>
      refuse(
        `${name} among others`,
        [
          ["x-a", "1"],
          [name, "1"],
        ],
        name,
      ),
    ),
    refuse("Headers with an authorization", new Headers({ Authorization: "Bearer stolen" }), "authorization"),
    refuse("a name that a Kelvin sign is in", { "\u212aeep-Alive": "1" }, "keep-alive"),
    refuse("a name that a long s is in", { "ho\u017ft": "1" }, "name"),
    ...[
      "",
      " ",
      "x a",
      "x:a",
      ":authority",
      "authorization ",
      " authorization",
      "x\r\na",
      "x\na",
      "x\0",
      "gr\u00f6\u00dfe",
      "authorization\t",
    ].map((name) => refuse(`the name ${JSON.stringify(name)}`, [[name, "1"]], "name")),
    ...[
      "a\r\nauthorization: Bearer stolen",
      "a\nb",
      "a\rb",
      "a\r\n b",
      "a\r\n\tb",
      "a\0b",
      "a\x7fb",
      "a\x1bb",
      "\u20ac",
      "a\u010ab",
      "a\u560ab",
    ].map((value) => refuse(`the value ${JSON.stringify(value)}`, { "x-a": value }, "x-a")),
    refuse("a text for headers", "authorization: Bearer stolen", "headers"),
    refuse("a number for headers", 1, "headers"),
    refuse("names and values in turn", ["x-a", "1"], "headers"),
    refuse("a pair of three", [["x-a", "1", "authorization"]], "headers"),
    refuse("a symbol for a name", [[Symbol("authorization"), "1"]], "name"),
    refuse("a list for a name", [[["authorization"], "1"]], "name"),
    refuse("a symbol for a value", { "x-a": Symbol("1") }, "x-a"),
    refuse("a number for a value", { "x-a": 1 }, "x-a"),
    refuse("a list for a value", { "x-a": ["1", "2\r\nb: c"] }, "x-a"),
    refuse("nothing for a value", { "x-a": undefined }, "x-a"),
    refuse("an object for a value", { "x-a": { toString: () => "1" } }, "x-a"),
    take("a value beyond ASCII", { "x-a": "gr\u00fcn" }),
    take("a tab in a value", { "x-a": "a\tb" }),
    take("the same name twice", [
      ["x-a", "1"],
      ["X-A", "2"],
    ]),
    take("Headers", new Headers({ "X-A": "1" })),
    take("a name that begins like one of Behalf's", { "authorization-x": "1", "x-host": "evil.example" }),
  ].map(withTarget),
};

/** The endpoint has a path of its own: it is no part of these cases where they land. */
function withTarget(one: OriginCase<Given>): OriginCase<Given> {
  const lands = typeof one.expect !== "function" && one.expect.landed !== undefined;
  return lands ? { ...one, ways: ["call", "send", "hook"] } : one;
}

type FetchHeaders = NonNullable<NonNullable<Parameters<typeof fetch>[1]>["headers"]>;

/** What the global `Headers` refuse is refused by a typed error all the same. */
export const fetchHeaders: OriginTheme<FetchHeaders> = {
  name: "headers of fetch",
  ways: {
    fetch: ({ inventory }, given) => inventory.fetch("/items", { headers: given }),
    "client fetch": async (world, given) => (await openClientBelow(world)).fetch("items", { headers: given }),
  },
  cases: [
    ...owned.map((name) => ({
      name: mixCase(name),
      input: () => ({ [mixCase(name)]: "1" }),
      expect: refused("header", name),
    })),
    ...["a\r\nauthorization: Bearer stolen", "a\r\n b", "a\0b", "\u20ac"].map((value) => ({
      name: `the value ${JSON.stringify(value)}`,
      input: () => ({ "x-a": value }),
      expect: refused("header", "x-a"),
    })),
    ...["", "x a", "x\r\na", "gr\u00f6\u00dfe"].map((name) => ({
      name: `the name ${JSON.stringify(name)}`,
      input: () => [[name, "1"] as [string, string]],
      expect: refused("header", "name"),
    })),
    { name: "a symbol for a value", input: () => untyped({ "x-a": Symbol("1") }), expect: refused("header", "x-a") },
    { name: "a text for headers", input: () => untyped("x-a: 1"), expect: refused("header", "headers") },
  ],
};

/** The id that goes with every request of a client. */
export const messageIds: OriginTheme<string> = {
  name: "message ids",
  ways: {
    options: async (world, id) => {
      const client = await world.openClient(new HttpClientOptions().withMessageId(id));
      return client.withBaseAddress(`${world.places.backend}/v1`).send({ url: "items" }).unwrap();
    },
    call: ({ inventory }, id) =>
      inventory.get("/items", { clientOptions: new HttpClientOptions().withMessageId(id) }).unwrap(),
  },
  cases: [
    ...["", "a b", "a\r\nauthorization: Bearer stolen", "a\0", "gr\u00fcn", "a".repeat(129), "\u20ac", "a\n b"].map(
      (id) => ({
        name: JSON.stringify(id.slice(0, 40)),
        input: () => id,
        expect: refused("header", "messageId"),
      }),
    ),
    { name: "a symbol", input: () => untyped(Symbol("id")), expect: refused("header", "messageId") },
    { name: "a list", input: () => untyped(["a"]), expect: refused("header", "messageId") },
    { name: "128 letters", input: () => "a".repeat(128), expect: lands("/v1/items") },
  ],
};
