import { createRemoteJWKSet, customFetch, type JWTVerifyGetKey } from "jose";
import type { MetadataSource } from "../oauth/metadata-source.ts";
import type { ServerFetch } from "../oauth/server-connection.ts";
import type { Now } from "../values/clock.ts";

/** What the keys are fetched with. */
export interface KeySourceOptions {
  readonly metadata: MetadataSource;
  readonly fetch: ServerFetch;
  /** The least time between two fetches, in milliseconds. */
  readonly cooldownMs: number;
  readonly now: Now;
}

interface OpenedKeys {
  readonly keys: ReturnType<typeof createRemoteJWKSet>;
  readonly address: string;
}

const reloadAfterMs = 600_000;
const timeoutMs = 5_000;

/**
 * Creates the source of an authorization server's signing keys.
 *
 * An unknown key is looked for once in a cool-down. Known keys stay in use while the server is away; every ten minutes
 * they are fetched anew behind the back of the requests, or, after an idle time, before the first of them.
 */
export function createKeySource({ metadata, fetch, cooldownMs, now }: KeySourceOptions): JWTVerifyGetKey {
  let opened: Promise<OpenedKeys> | undefined;
  let reloadAt = 0;

  const open = async (): Promise<OpenedKeys> => {
    const { jwksUri } = await metadata.get("-");
    if (!jwksUri) throw new TypeError("The authorization server names no signing keys.");
    const keys = createRemoteJWKSet(jwksUri, {
      [customFetch]: (url, { headers, signal }) => fetch(url, { method: "GET", headers, redirect: "manual", signal }),
      cooldownDuration: cooldownMs,
      cacheMaxAge: Number.POSITIVE_INFINITY,
      timeoutDuration: timeoutMs,
    });
    return { keys, address: jwksUri.href };
  };

  const openOnce = (): Promise<OpenedKeys> => {
    opened ??= open().catch((error: unknown) => {
      opened = undefined;
      throw error;
    });
    return opened;
  };

  /** Where the keys have moved, the known ones stay until the others are there. */
  const reload = async (known: OpenedKeys): Promise<void> => {
    const present = await open();
    if (present.address === known.address) return known.keys.reload();
    await present.keys.reload();
    opened = Promise.resolve(present);
  };

  return async (header, token) => {
    const known = await openOnce();
    const present = now();
    const overdue = reloadAt > 0 && present >= reloadAt + reloadAfterMs;
    if (present >= reloadAt) {
      const reloading = reloadAt === 0 ? undefined : reload(known).catch(() => {});
      reloadAt = present + reloadAfterMs;
      if (overdue) await reloading;
    }
    const { keys } = await openOnce();
    return keys(header, token);
  };
}
