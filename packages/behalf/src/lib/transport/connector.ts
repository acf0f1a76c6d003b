import type { AsyncResource } from "node:async_hooks";
import { createSecureContext } from "node:tls";
import type { buildConnector } from "undici";
import type { ConnectionIdentity } from "../values/connection-identity.ts";
import { giveWatched } from "./connection-use.ts";
import { findEnvironmentProxy } from "./environment-proxy.ts";
import { createTunnel, type Tunnel } from "./tunnel.ts";
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
  /** Whether servers are offered HTTP/2. @default false */
  readonly http2?: boolean;
  /** The path of a Unix domain socket that takes the place of host, port and proxy. @default none */
  readonly socketPath?: string | undefined;
}

/** What undici takes for a request's own fault or for a reason to connect again at once, without an end. */
const misread = new Set(["ERR_TLS_CERT_ALTNAME_INVALID", "UND_ERR_SOCKET", "UND_ERR_INFO"]);

const toFinalError = (error: Error): Error =>
  "code" in error && misread.has(String(error.code)) ? new Error("No connection came about.", { cause: error }) : error;

const toSocketOptions = (options: ConnectorOptions): buildConnector.BuildOptions => ({
  timeout: options.connectTimeoutMs,
  allowH2: options.http2 === true,
  ...(options.socketPath !== undefined && { socketPath: options.socketPath }),
});

/** Creates a connector that connects as nobody. */
export function createConnector(options: ConnectorOptions): Connector {
  const open = createSocketConnector(toSocketOptions(options));
  return { connect: connectOutside(options.outsideRequests, () => open), close: async () => {} };
}

function findProxy({ proxy }: ConnectionIdentity, origin: string, { socketPath }: ConnectorOptions) {
  if (socketPath !== undefined) return undefined;
  return proxy === "environment" ? findEnvironmentProxy(origin) : proxy;
}

/** Creates a connector to an origin for an identity, whose keys are read with the first connection, and the environment too. */
export function createIdentityConnector(
  origin: string,
  identity: ConnectionIdentity,
  options: ConnectorOptions,
): Connector {
  let tunnel: Tunnel | undefined;
  let open: buildConnector.connector | undefined;

  const read = (): buildConnector.connector => {
    if (open) return open;
    const direct = createSocketConnector({ ...toSocketOptions(options), ...toSecureContext(identity) });
    const proxy = findProxy(identity, origin, options);
    tunnel = proxy && createTunnel(proxy, options.connectTimeoutMs);
    open = tunnel ? tunnel.through(direct) : direct;
    return open;
  };

  return {
    connect: connectOutside(options.outsideRequests, read),
    close: async () => tunnel?.close(),
  };
}

function attempt(read: () => buildConnector.connector): buildConnector.connector | Error {
  try {
    return read();
  } catch (error) {
    return error instanceof Error ? error : new Error("No connection can be made.");
  }
}

function connectOutside(outside: AsyncResource, read: () => buildConnector.connector): buildConnector.connector {
  return (options, callback) =>
    outside.runInAsyncScope(() => {
      const connect = attempt(read);
      if (connect instanceof Error) {
        callback(toFinalError(connect), null);
        return;
      }
      connect(options, (error, socket) => {
        if (error) callback(toFinalError(error), null);
        else giveWatched(socket, () => callback(null, socket));
      });
    });
}

function toSecureContext({ certificate, privateKey, ca }: ConnectionIdentity): buildConnector.BuildOptions {
  if (certificate === undefined && ca === undefined) return {};
  return { secureContext: createSecureContext({ cert: certificate, key: privateKey?.value(), ca }) };
}
