import type { AsyncResource } from "node:async_hooks";
import { createSecureContext } from "node:tls";
import type { buildConnector } from "undici";
import type { ConnectionIdentity } from "../values/connection-identity.ts";
import { createTunnel } from "./tunnel.ts";
import { createSocketConnector } from "./undici.ts";

/** Opens connections. */
export interface Connector {
  readonly connect: buildConnector.connector;
  /** Ends what it keeps open besides the connections that it gave. */
  close(): Promise<void>;
}

/** Settings of a connector. */
export interface ConnectorOptions {
  /** How long a connection may take to come about, in milliseconds. */
  readonly connectTimeoutMs: number;
  /** Where connections come about: not in a request, which they outlive. */
  readonly outsideRequests: AsyncResource;
}

/** What undici takes for a request's own fault or for a reason to connect again at once, without an end. */
const misread = new Set(["ERR_TLS_CERT_ALTNAME_INVALID", "UND_ERR_SOCKET", "UND_ERR_INFO"]);

const toFinalError = (error: Error): Error =>
  "code" in error && misread.has(String(error.code)) ? new Error("No connection came about.", { cause: error }) : error;

/** Creates a connector that connects as nobody. */
export function createConnector({ connectTimeoutMs, outsideRequests }: ConnectorOptions): Connector {
  const open = createSocketConnector({ timeout: connectTimeoutMs });
  return { connect: connectOutside(outsideRequests, () => open), close: async () => {} };
}

/** Creates a connector for an identity, whose keys are read with the first connection. */
export function createIdentityConnector(identity: ConnectionIdentity, options: ConnectorOptions): Connector {
  const { connectTimeoutMs: timeout, outsideRequests } = options;
  const tunnel = identity.proxy && createTunnel(identity.proxy, timeout);
  let open: buildConnector.connector | undefined;

  const read = (): buildConnector.connector => {
    if (open) return open;
    const direct = createSocketConnector({ timeout, ...toSecureContext(identity) });
    open = tunnel ? tunnel.through(direct) : direct;
    return open;
  };

  return {
    connect: connectOutside(outsideRequests, read),
    close: async () => tunnel?.close(),
  };
}

function connectOutside(outside: AsyncResource, read: () => buildConnector.connector): buildConnector.connector {
  return (options, callback) =>
    outside.runInAsyncScope(() =>
      read()(options, (error, socket) => (error ? callback(toFinalError(error), null) : callback(null, socket))),
    );
}

function toSecureContext({ certificate, privateKey, ca }: ConnectionIdentity): buildConnector.BuildOptions {
  if (certificate === undefined && ca === undefined) return {};
  return { secureContext: createSecureContext({ cert: certificate, key: privateKey?.value(), ca }) };
}
