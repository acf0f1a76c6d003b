import { lands, type OriginCase, type OriginTheme, type Places, refused, untyped } from "../vocabulary.ts";

const no = refused("url", "baseAddress");

const refuse = (name: string, input: (places: Places) => unknown): OriginCase<string> => ({
  name,
  input: (places) => untyped(input(places)),
  expect: no,
});

const take = (name: string, input: (places: Places) => string, target: string): OriginCase<string> => ({
  name,
  input,
  expect: lands(target),
});

/** A base address below `/v1`, for a client that has one. */
export const addresses: OriginTheme<string> = {
  name: "base addresses",
  ways: {
    text: async (world, address) => {
      const client = (await world.openClient()).withBaseAddress(`${world.places.backend}/v1`);
      return client.withBaseAddress(address).send({ url: "items" }).unwrap();
    },
  },
  cases: [
    refuse("another port", ({ elsewhere }) => `${elsewhere}/v1`),
    refuse("https", ({ backendHost }) => `https://${backendHost}/v1`),
    refuse("another name", ({ backendPort }) => `http://localhost:${backendPort}/v1`),
    refuse("the host as a user", ({ backendHost, elsewhereHost }) => `http://${backendHost}@${elsewhereHost}/v1`),
    refuse("a user", ({ backendHost }) => `http://user@${backendHost}/v1`),
    refuse("the path above", ({ backend }) => backend),
    refuse("a path that begins alike", ({ backend }) => `${backend}/v10`),
    refuse("a step up", ({ backend }) => `${backend}/v1/../admin`),
    refuse("a step up with an encoded slash", ({ backend }) => `${backend}/v1/..%2fadmin`),
    refuse("a step up with a path parameter", ({ backend }) => `${backend}/v1/..;/admin`),
    refuse("a step up that is encoded twice", ({ backend }) => `${backend}/v1/%252e%252e/admin`),
    refuse("a query", ({ backend }) => `${backend}/v1?a=1`),
    refuse("a fragment", ({ backend }) => `${backend}/v1#a`),
    refuse("//host", ({ backendHost }) => `//${backendHost}/v1`),
    refuse("a path", () => "/v1"),
    ...["javascript:alert(1)", "file:///v1", "data:text/plain,x", "", "http://["].map((url) =>
      refuse(`"${url}"`, () => url),
    ),
    refuse("blob", ({ backend }) => `blob:${backend}/v1`),
    refuse("nothing", () => undefined),
    refuse("a symbol", () => Symbol("url")),
    refuse("a list", ({ backend }) => [`${backend}/v1`]),
    refuse("an object with a text of its own", ({ backend }) => ({ toString: () => `${backend}/v1` })),
    take("the same", ({ backend }) => `${backend}/v1`, "/v1/items"),
    take("a path below", ({ backend }) => `${backend}/v1/sub/`, "/v1/sub/items"),
    take("the address in short", ({ backendPort }) => `http://127.1:${backendPort}/v1/sub`, "/v1/sub/items"),
  ],
};

/** The first base address of a client. */
export const firstAddresses: OriginTheme<string> = {
  name: "first base addresses",
  ways: {
    token: async (world, address) =>
      (await world.openClient()).withBaseAddress(address).send({ url: "items" }).unwrap(),
    bare: async (world, address) =>
      (await world.openBareClient()).withBaseAddress(address).send({ url: "items" }).unwrap(),
  },
  cases: [
    { ...refuse("clear text beyond loopback", () => "http://inventory.example/v1"), ways: ["token"] },
    { ...refuse("clear text at a look-alike of loopback", () => "http://127.0.0.1.evil.example/v1"), ways: ["token"] },
    {
      ...refuse("clear text at a host that begins like loopback", () => "http://localhost.evil.example"),
      ways: ["token"],
    },
    refuse("another scheme", ({ backendHost }) => `ws://${backendHost}/v1`),
    refuse("a step up with an encoded slash", ({ backend }) => `${backend}/v1/..%2fadmin`),
    {
      name: "elsewhere, without a token",
      input: ({ elsewhere }) => elsewhere,
      expect: { elsewhere: 1 },
      ways: ["bare"],
    },
  ],
};
