import { lands, type OriginCase, type OriginTheme, type Places, refused, untyped } from "../vocabulary.ts";

interface Parameters {
  readonly sku: string;
  readonly part?: string;
}

const no = refused("pathParameter", "sku");

const refuse = (sku: unknown): OriginCase<Parameters> => ({
  name: `sku ${typeof sku === "string" ? JSON.stringify(sku) : String(sku)}`,
  input: () => ({ sku: untyped(sku) }),
  expect: no,
});

const encode = (sku: string, segment: string): OriginCase<Parameters> => ({
  name: `sku ${JSON.stringify(sku)}`,
  input: () => ({ sku }),
  expect: lands(`/v1/items/${segment}`),
});

const encodeHost = (name: string, toSku: (places: Places) => string): OriginCase<Parameters> => ({
  name,
  input: (places) => ({ sku: toSku(places) }),
  expect: (places) => lands(`/v1/items/${encodeURIComponent(toSku(places))}`),
});

export const parameters: OriginTheme<Parameters> = {
  name: "path parameters",
  ways: {
    get: ({ inventory }, params) => inventory.endpoint("item").get({ params }).unwrap(),
    part: ({ inventory }, params) => inventory.endpoint("part").get({ params }).unwrap(),
  },
  cases: [
    ...["", ".", "..", "../admin", "..\\admin", "a/../..", "..;", "..;a=1", "./", "\ud800"].map(refuse),
    ...["%2e%2e", "..%2fadmin", "%252e%252e", "%c0%ae%c0%ae", "..\0", ".\t."].map(refuse),
    ...[undefined, null, Number.NaN, Symbol("sku"), {}, ["a", "b"]].map((value) => refuse(value)),
    encode("a/b", "a%2Fb"),
    encode("a?b=c#d", "a%3Fb%3Dc%23d"),
    encode("\r\nHost: evil.example", "%0D%0AHost%3A%20evil.example"),
    encode("a\0", "a%00"),
    encode("...", "..."),
    encode("..a", "..a"),
    encode("100%", "100%25"),
    encode("grün", "gr%C3%BCn"),
    encodeHost("sku //host", ({ elsewhereHost }) => `//${elsewhereHost}`),
    encodeHost("sku an absolute URL", ({ elsewhere }) => elsewhere),
    encodeHost("sku @host", ({ elsewhereHost }) => `@${elsewhereHost}`),
    {
      name: "part ..",
      input: () => ({ sku: "a", part: ".." }),
      expect: refused("pathParameter", "part"),
      ways: ["part"],
    },
    {
      name: "a parameter that is not the path's",
      input: () => untyped({ sku: "a", constructor: "b" }),
      expect: refused("pathParameter", "constructor"),
    },
    {
      name: "a parameter of the prototype",
      input: () => untyped(Object.create({ sku: "a" })),
      expect: no,
    },
  ],
};
