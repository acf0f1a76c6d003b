import type { BackendService, HttpClient } from "behalf";
import type { Way } from "./vocabulary.ts";
import type { World } from "./world.ts";

type Chosen = (world: World) => BackendService;

const inventory: Chosen = ({ inventory: service }) => service;

/** A client with a token, with the base address that the service has. */
export async function openClientBelow(world: World): Promise<HttpClient> {
  return (await world.openClient()).withBaseAddress(`${world.places.backend}/v1`);
}

/** The ways that a text takes which is a URL or a path. */
export const textWays = {
  get: (world, url) => inventory(world).get(url).unwrap(),
  fetch: (world, url) => inventory(world).fetch(url),
  send: async (world, url) => (await openClientBelow(world)).send({ url }).unwrap(),
  "client fetch": async (world, url) => (await openClientBelow(world)).fetch(url),
} as const satisfies Record<string, Way<string>>;

/** The ways of a URL that was parsed before. */
export const objectWays = {
  "fetch URL": (world, url) => inventory(world).fetch(new URL(url)),
  "fetch Request": (world, url) => inventory(world).fetch(new Request(url)),
  "send URL": async (world, url) => (await openClientBelow(world)).send({ url: new URL(url) }).unwrap(),
} as const satisfies Record<string, Way<string>>;

/** The ways of a text through a service without a base path. */
export const openWays = {
  get: ({ open }, url) => open.get(url).unwrap(),
  fetch: ({ open }, url) => open.fetch(url),
} as const satisfies Record<string, Way<string>>;
