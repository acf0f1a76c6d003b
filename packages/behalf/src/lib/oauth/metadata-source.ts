import type { Now } from "../values/clock.ts";
import { discover, type ServerMetadata } from "./discover.ts";
import type { ServerConnection } from "./server-connection.ts";

/** The metadata of one authorization server: asked for when it is needed, kept, and renewed. */
export interface MetadataSource {
  /** The issuer as configured, without asking. */
  readonly authority: string;
  /** Gives the metadata; `onBehalfOf` is the client that errors name. */
  get(client: string): Promise<ServerMetadata>;
}

/** Settings of a metadata source. */
export interface MetadataSourceOptions {
  readonly now: Now;
  /** How long one question may take, in milliseconds. @default 5000 */
  readonly timeoutMs?: number;
}

const freshForMs = 3_600_000;

/**
 * Creates the source of an authorization server's metadata.
 *
 * Nothing is asked before the first use, and one question serves all who wait. What is known stays in use while a newer
 * document cannot be had; a failure is not remembered.
 */
export function createMetadataSource(
  connection: ServerConnection,
  { now, timeoutMs = 5_000 }: MetadataSourceOptions,
): MetadataSource {
  let known: { readonly metadata: ServerMetadata; readonly freshUntil: number } | undefined;
  let pending: Promise<ServerMetadata> | undefined;

  const ask = async (client: string): Promise<ServerMetadata> => {
    try {
      const metadata = await discover(connection, client, AbortSignal.timeout(timeoutMs));
      known = { metadata, freshUntil: now() + freshForMs };
      return metadata;
    } catch (error) {
      if (known) return known.metadata;
      throw error;
    } finally {
      pending = undefined;
    }
  };

  return {
    authority: connection.authority.href,
    get(client) {
      if (known && now() < known.freshUntil) return Promise.resolve(known.metadata);
      pending ??= ask(client);
      return pending;
    },
  };
}
