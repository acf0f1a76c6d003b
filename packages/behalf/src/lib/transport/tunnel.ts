import { Socket } from "node:net";
import type { buildConnector } from "undici";
import type { ConnectionProxy } from "../values/connection-identity.ts";
import { createPool, createSocketConnector } from "./undici.ts";

/** Tunnels through one proxy, opened with one set of credentials. */
export interface Tunnel {
  /** Makes a connector that opens a tunnel first, and has the other one speak TLS in it. */
  through(connector: buildConnector.connector): buildConnector.connector;
  /** Ends no open tunnel. */
  close(): Promise<void>;
}

const defaultPorts: Readonly<Record<string, string>> = { "https:": "443", "http:": "80" };

/** The proxy gave no tunnel. */
class TunnelError extends Error {
  override readonly name = "TunnelError";
  readonly code: string;

  constructor(status: number) {
    super(`The proxy answered with status ${status}.`);
    this.code = `ERR_PROXY_STATUS_${status}`;
  }
}

/**
 * Creates tunnels by `CONNECT`, for http and https alike.
 *
 * Not undici's `ProxyAgent`: that one connects inside of the request, rewrites the headers of each request so that a repeated
 * one gets lost, and waits five minutes for a proxy that is silent.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9110.html#section-9.3.6}
 */
export function createTunnel(proxy: ConnectionProxy, timeoutMs: number): Tunnel {
  const connector = createSocketConnector({ timeout: timeoutMs });
  const pool = createPool(new URL(proxy.url).origin, {
    headersTimeout: timeoutMs,
    // A server name would be that of the request's host, which is not the proxy's.
    connect: ({ servername: _, ...options }, callback) => connector(options, callback),
  });

  async function open(host: string): Promise<Socket> {
    const authorization = proxy.authorization && { "proxy-authorization": proxy.authorization.value() };
    const { socket, statusCode } = await pool.connect({ path: host, headers: { host, ...authorization } });
    if (statusCode >= 200 && statusCode < 300 && socket instanceof Socket) return socket;
    socket.on("error", () => {}).destroy();
    throw new TunnelError(statusCode);
  }

  return {
    through: (inner) => (options, callback) => {
      const { host = options.hostname, port, protocol } = options;
      open(port ? host : `${host}:${defaultPorts[protocol]}`).then(
        (httpSocket) =>
          protocol === "https:" ? inner({ ...options, httpSocket }, callback) : callback(null, httpSocket),
        (error) => callback(error, null),
      );
    },
    close: () => pool.close(),
  };
}
