import { createServer, type RequestListener, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { TlsOptions } from "../settings/tls-options.ts";

/** A server that listens already, and will answer once it has been told how. */
export interface Listener {
  readonly url: string;
  /** Where client certificates are asked for, if that is on a port of its own. */
  readonly aliasUrl: string | undefined;
  answerWith(listener: RequestListener): void;
  /** Ends every connection and frees the ports. */
  close(): Promise<void>;
}

/** Where to listen, and how. */
export interface ListenOptions {
  readonly host: string;
  readonly port: number;
  readonly tls?: TlsOptions;
}

/** Starts to listen: the port has to be known before the issuer can be named. */
export async function listen({ host, port, tls }: ListenOptions): Promise<Listener> {
  const separate = tls?.mtlsEndpointAliases === true;
  const server = tls === undefined ? createServer() : createSecureServer(tls, { requestCert: !separate });
  await listenOn(server, host, port);
  const alias = separate ? createSecureServer(tls, { requestCert: true }) : undefined;
  if (alias !== undefined) await listenOn(alias, host, 0);
  const servers = alias === undefined ? [server] : [server, alias];
  const toUrl = (one: Server): string =>
    `${tls === undefined ? "http" : "https"}://${host.includes(":") ? `[${host}]` : host}:${readPort(one.address())}`;
  return {
    url: toUrl(server),
    aliasUrl: alias && toUrl(alias),
    answerWith: (listener) => {
      for (const one of servers) one.on("request", listener);
    },
    close: async () => void (await Promise.all(servers.map(closeServer))),
  };
}

/** Takes any client certificate or none: whether one is needed is for the client's settings to say. */
function createSecureServer(
  { certificate, privateKey, clientCa }: TlsOptions,
  { requestCert }: { readonly requestCert: boolean },
): Server {
  const trusted = clientCa ?? [];
  return createTlsServer({ cert: certificate, key: privateKey, ca: trusted, requestCert, rejectUnauthorized: false });
}

function listenOn(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

function readPort(address: AddressInfo | string | null): number {
  if (address === null || typeof address === "string") throw new TypeError("the server does not listen on a port");
  return address.port;
}
