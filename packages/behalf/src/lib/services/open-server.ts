import type { AuthNode } from "../config/auth-node.ts";
import type { EndpointSurroundings } from "../oauth/ask-endpoint.ts";
import type { AnswerKeys } from "../oauth/read-signed-answer.ts";
import type { Servers } from "../oauth/servers.ts";
import { untilAborted } from "../oauth/until-aborted.ts";
import type { Now } from "../values/clock.ts";
import type { TargetSurroundings } from "./to-token-target.ts";

/** What the servers of a configuration are asked with, beside tokens. */
export interface OpenServerDependencies extends TargetSurroundings {
  readonly servers: Servers;
  /** Gives the signing keys of a node's server. */
  readonly keysOf: (auth: AuthNode) => AnswerKeys;
  readonly now: Now;
}

/** Who asks a server, and until when. */
export interface Asker {
  readonly clientId: string;
  readonly signal: AbortSignal;
}

/**
 * Gives the server of a node, with what it says of itself: a token endpoint that is configured says nothing of its other
 * endpoints.
 *
 * @throws {TokenUnreachableError} when the server does not tell
 * @throws what the signal says, once it has aborted
 */
export async function openServer(
  auth: AuthNode,
  { servers, authority, bindings, keysOf, now }: OpenServerDependencies,
  { clientId, signal }: Asker,
): Promise<EndpointSurroundings> {
  const { settings, clientAuthentication, configPath: service } = auth;
  const place = { authority: auth.authority ?? authority, issuerTemplate: settings.issuerTemplate };
  const identity = bindings.of(settings, clientAuthentication, service).serverIdentity;
  const { connection, metadata } = servers.get({ ...place, identity });
  const known = await untilAborted(metadata.get(clientId), signal);
  if (!known) throw signal.reason;
  return { connection, metadata: known, keys: keysOf(auth), now, signal };
}
