import { lands, type OriginCase, type OriginTheme, refused, untyped } from "../vocabulary.ts";
import { openClientBelow } from "../ways.ts";

const revealing = (method: string): OriginCase<string> => ({
  name: method,
  input: () => method,
  expect: refused("method", method.toUpperCase()),
});

const refuse = ([name, method]: readonly [string, unknown]): OriginCase<string> => ({
  name,
  input: () => untyped(method),
  expect: refused("method", "method"),
});

const take = (method: string, sent = method): OriginCase<string> => ({
  name: `takes ${method}`,
  input: () => method,
  expect: lands("/v1/items", sent),
});

const texts = [
  "",
  " ",
  " GET",
  "GET ",
  "GE T",
  "GET /admin HTTP/1.1",
  "GET\r\nHost: evil.example",
  "GET\n",
  "GET\0",
  "G\u00c9T",
];

export const methods: OriginTheme<string> = {
  name: "methods",
  ways: {
    service: ({ inventory }, method) => inventory.send(untyped(method), "/items").unwrap(),
    send: async (world, method) => (await openClientBelow(world)).send({ url: "items", method }).unwrap(),
    fetch: ({ inventory }, method) => inventory.fetch("/items", { method }),
  },
  cases: [
    ...["CONNECT", "TRACE", "TRACK", "connect", "Trace"].map(revealing),
    ...texts.map((method) => refuse([JSON.stringify(method), method])),
    ...(
      [
        ["a symbol", Symbol("GET")],
        ["a number", 7],
        ["a list", ["GET"]],
        ["an object with a text of its own", { toString: () => "GET", toUpperCase: () => "GET / HTTP/1.1" }],
      ] as const
    ).map(refuse),
    take("get", "GET"),
    take("Delete", "DELETE"),
    take("OPTIONS"),
    take("PROPFIND"),
  ],
};

/** An endpoint that names its methods. */
export const endpointMethods: OriginTheme<string> = {
  name: "methods of an endpoint",
  ways: { endpoint: ({ inventory }, method) => inventory.endpoint("read").send(untyped(method)).unwrap() },
  cases: ["POST", "DELETE", "CONNECT"].map((method) => ({
    name: method,
    input: () => method,
    expect: refused("method", method),
  })),
};
