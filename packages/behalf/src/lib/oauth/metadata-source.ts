import { TokenUnreachableError } from "../errors/token-unreachable-error.ts";
import type { Now } from "../values/clock.ts";
import { discover, type ServerMetadata } from "./discover.ts";
import { repeatError } from "./repeat-error.ts";
import type { ServerConnection } from "./server-connection.ts";
import { isUnasked } from "./translate-error.ts";
import { withDeadline } from "./with-deadline.ts";

/** The metadata of one authorization server: asked for when it is needed, kept, and renewed. */
export interface MetadataSource {
  /** The issuer as configured, without asking. */
  readonly authority: string;
  /** Gives the metadata; `client` is whom an error names. */
  get(client: string): Promise<ServerMetadata>;
}

/** Settings of a metadata source. */
export interface MetadataSourceOptions {
  readonly now: Now;
  /** How long one question may take, in milliseconds. @default 5000 */
  readonly timeoutMs?: number;
}

const freshForMs = 3_600_000;
const staleForMs = 60_000;
const failureLastsMs = 2_000;

/** The error of a question that several clients waited for, with the name of this one. */
function nameClient(error: unknown, client: string): unknown {
  if (!(error instanceof TokenUnreachableError) || error.client === client) return error;
  return repeatError(error, { client, retryAfterMs: error.retryAfterMs });
}

/** For how long a failure is the answer. That a question was kept back is known without it. */
function lastsMs(error: unknown): number {
  if (isUnasked(error)) return 0;
  const asksForTime = error instanceof TokenUnreachableError && error.status === 429;
  return asksForTime ? Math.max(failureLastsMs, error.retryAfterMs ?? 0) : failureLastsMs;
}

/**
 * Creates the source of an authorization server's metadata.
 *
 * Nothing is asked before the first use, and one question serves all who wait. What is known stays in use, a minute at a
 * time, while a newer document cannot be had. Without any, a failure is the answer for two seconds, and a 429 for as long as
 * it says.
 */
export function createMetadataSource(
  connection: ServerConnection,
  { now, timeoutMs = 5_000 }: MetadataSourceOptions,
): MetadataSource {
  let known: { readonly metadata: ServerMetadata; readonly freshUntil: number } | undefined;
  let pending: Promise<ServerMetadata> | undefined;
  let failure: { readonly error: unknown; readonly at: number } | undefined;

  /** A clock that was put back ends the time rather than prolongs it. */
  const assertMayAsk = (client: string): void => {
    if (!failure) return;
    const { error, at } = failure;
    const ageMs = now() - at;
    const retryAfterMs = lastsMs(error) - ageMs;
    if (ageMs < 0 || retryAfterMs <= 0) return;
    throw error instanceof TokenUnreachableError ? repeatError(error, { client, retryAfterMs }) : error;
  };

  const ask = async (client: string): Promise<ServerMetadata> => {
    try {
      const metadata = await withDeadline({ timeoutMs }, (signal) => discover(connection, client, { now, signal }));
      known = { metadata, freshUntil: now() + freshForMs };
      failure = undefined;
      return metadata;
    } catch (error) {
      failure = { error, at: now() };
      if (!known) throw error;
      known = { metadata: known.metadata, freshUntil: now() + staleForMs };
      return known.metadata;
    } finally {
      pending = undefined;
    }
  };

  return {
    authority: connection.authority.href,
    async get(client) {
      if (known && now() < known.freshUntil) return known.metadata;
      if (!known) assertMayAsk(client);
      pending ??= ask(client);
      try {
        return await pending;
      } catch (error) {
        throw nameClient(error, client);
      }
    },
  };
}
