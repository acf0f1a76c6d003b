import { randomBytes } from "node:crypto";
import { type BehalfOptions, type Capability, createBehalf, type EncryptionKey } from "behalf";
import { closeAfterTest } from "../../support/open-behalf.ts";
import { exchanging, openWorld, type World } from "./open-world.ts";

/** A new key to seal with. */
export function createEncryptionKey(id = "k1"): EncryptionKey {
  return { id, key: randomBytes(32).toString("base64") };
}

/** What of the instance a test may change. */
export type DetachSettings = Partial<
  Pick<
    BehalfOptions<unknown, unknown>,
    "authority" | "audience" | "clientId" | "clientSecret" | "encryptionKeys" | "isSystemCaller" | "tenants" | "tenant"
  >
>;

/** An instance with a service of each kind. */
export function openDetached(world: World, settings: DetachSettings) {
  const { url: host } = world.backend;
  const services = {
    inventory: { host, ...exchanging, endpoints: { item: "/items" } },
    shipping: { host, ...exchanging },
    own: { host, grantType: "clientCredentials" },
    gateway: { host, grantType: "forward", forwardTo: host },
    depends: { host, grantType: "automatic", audience: "inventory" },
    public: { host, grantType: "none" },
  } as const;
  return closeAfterTest(createBehalf({ ...world.root, ...settings, services }));
}

export type DetachedBehalf = ReturnType<typeof openDetached>;

/** The world, an instance with keys, and a way to a capability of alice. */
export async function openDetach(settings: DetachSettings = {}) {
  const world = await openWorld();
  const encryptionKeys = [createEncryptionKey()];
  const all = { encryptionKeys, ...settings };
  const behalf = openDetached(world, all);
  const detach = async (services: readonly string[] = ["inventory"], refreshable = false): Promise<Capability> => {
    const alice = await world.receive(behalf);
    return alice.run(() => behalf.context.detach({ ttlMs: 120_000, services, refreshable }).unwrap());
  };
  return { world, behalf, settings: all, detach };
}

/** A text with one bit of one character changed; the character stays one of base64url. */
export function flipBit(text: string, index: number): string {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  const position = letters.indexOf(text.charAt(index));
  if (position < 0) return `${text.slice(0, index)}~${text.slice(index + 1)}`;
  return `${text.slice(0, index)}${letters.charAt(position ^ 1)}${text.slice(index + 1)}`;
}
