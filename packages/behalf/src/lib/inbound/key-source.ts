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

type RemoteKeys = ReturnType<typeof createRemoteJWKSet>;

const reloadAfterMs = 600_000;
const timeoutMs = 5_000;

/**
 * Creates the source of an authorization server's signing keys.
 *
 * An unknown key is looked for once in a cool-down. Known keys stay in use while the server is away; every ten minutes
 * they are fetched anew behind the back of the requests, or, after an idle time, before the first of them.
 */
export function createKeySource({ metadata, fetch, cooldownMs, now }: KeySourceOptions): JWTVerifyGetKey {
  let opened: Promise<RemoteKeys> | undefined;
  let openedUri: URL | undefined;
  let reloadAt = 0;

  const open = async (): Promise<RemoteKeys> => {
    const { jwksUri } = await metadata.get("-");
    if (!jwksUri) throw new TypeError("The authorization server names no signing keys.");
    openedUri = jwksUri;
    return createRemoteJWKSet(jwksUri, {
      [customFetch]: (url, { headers, signal }) => fetch(url, { method: "GET", headers, signal }),
      cooldownDuration: cooldownMs,
      cacheMaxAge: Number.POSITIVE_INFINITY,
      timeoutDuration: timeoutMs,
    });
  };

  const openOnce = (): Promise<RemoteKeys> => {
    opened ??= open().catch((error: unknown) => {
      opened = undefined;
      throw error;
    });
    return opened;
  };

  const reload = async (keys: RemoteKeys): Promise<void> => {
    const { jwksUri } = await metadata.get("-");
    if (jwksUri?.href === openedUri?.href) await keys.reload();
    else opened = undefined;
  };

  return async (header, token) => {
    const keys = await openOnce();
    const present = now();
    const overdue = reloadAt > 0 && present >= reloadAt + reloadAfterMs;
    if (present >= reloadAt) {
      const reloading = reloadAt === 0 ? undefined : reload(keys).catch(() => {});
      reloadAt = present + reloadAfterMs;
      if (overdue) await reloading;
    }
    return (await openOnce())(header, token);
  };
}
