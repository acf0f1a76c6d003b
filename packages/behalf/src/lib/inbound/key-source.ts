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
 * they are fetched anew behind the back of the requests.
 */
export function createKeySource({ metadata, fetch, cooldownMs, now }: KeySourceOptions): JWTVerifyGetKey {
  let opened: Promise<RemoteKeys> | undefined;
  let reloadAt = 0;

  const open = async (): Promise<RemoteKeys> => {
    const { jwksUri } = await metadata.get("-");
    if (!jwksUri) throw new TypeError("The authorization server names no signing keys.");
    return createRemoteJWKSet(jwksUri, {
      [customFetch]: (url, { headers, signal }) => fetch(url, { method: "GET", headers, signal }),
      cooldownDuration: cooldownMs,
      cacheMaxAge: Number.POSITIVE_INFINITY,
      timeoutDuration: timeoutMs,
    });
  };

  return async (header, token) => {
    opened ??= open().catch((error: unknown) => {
      opened = undefined;
      throw error;
    });
    const keys = await opened;
    if (now() >= reloadAt) {
      const first = reloadAt === 0;
      reloadAt = now() + reloadAfterMs;
      if (!first) keys.reload().catch(() => {});
    }
    return keys(header, token);
  };
}
