import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { connect, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { pipeline } from "node:stream/promises";
import { listen } from "./listen.ts";
import { type ProxyCredentials, readProxyCredentials } from "./proxy-credentials.ts";

export interface ProxyOptions {
  /** Whom to let through. @default anybody */
  readonly user?: string;
  readonly password?: string;
  /** Where the targets are, host and port. @default where they say */
  readonly reach?: string;
}

/** What a client asked the proxy for. */
export interface Tunnel {
  /** The host and the port, as asked for. */
  readonly target: string;
  /** The user of the credentials, if there were any. */
  readonly user: string | undefined;
}

/** An HTTP proxy in this process that makes tunnels (RFC 9110 section 9.3.6), and nothing else. */
export interface Proxy {
  /** The origin, without credentials. */
  readonly url: string;
  /** Every tunnel that was made, in order. */
  readonly tunnels: readonly Tunnel[];
  /** Every tunnel that was refused for its credentials, in order. */
  readonly refused: readonly Tunnel[];
  /** Every byte that came from clients, also in tunnels. */
  readonly received: string;
  /** How many tunnels are open now. */
  readonly openTunnels: number;
  /** Cuts every tunnel. Closing twice is allowed. */
  close(): Promise<void>;
}

const refusal = 'HTTP/1.1 407 Proxy Authentication Required\r\nproxy-authenticate: Basic realm="proxy"\r\n';
const unreachable = "HTTP/1.1 502 Bad Gateway\r\n";
const emptyBody = "content-length: 0\r\nconnection: close\r\n\r\n";

function isWelcome(credentials: ProxyCredentials | undefined, { user, password = "" }: ProxyOptions): boolean {
  return user === undefined || (credentials?.user === user && credentials.password === password);
}

async function reach(target: string): Promise<Socket> {
  const { hostname, port } = new URL(`tcp://${target}`);
  const socket = connect(Number(port), hostname.replace(/^\[|\]$/g, ""));
  await once(socket, "connect");
  return socket;
}

/** Carries bytes both ways until both ends are done, or either is lost, which ends the other too. */
async function join(client: Duplex, target: Socket): Promise<void> {
  await Promise.allSettled([pipeline(client, target), pipeline(target, client)]);
}

/** Starts a proxy on 127.0.0.1. */
export async function startProxy(options: ProxyOptions = {}): Promise<Proxy> {
  const tunnels: Tunnel[] = [];
  const refused: Tunnel[] = [];
  const received: Buffer[] = [];
  let open = 0;
  const listening = await listen((_request, response) => response.writeHead(405, { allow: "CONNECT" }).end());

  async function serve({ url: target = "", headers }: IncomingMessage, client: Duplex): Promise<void> {
    const credentials = readProxyCredentials(headers["proxy-authorization"]);
    const tunnel = { target, user: credentials?.user };
    if (!isWelcome(credentials, options)) {
      refused.push(tunnel);
      client.end(refusal + emptyBody);
      return;
    }
    const reached = await reach(options.reach ?? target);
    tunnels.push(tunnel);
    open += 1;
    client.write("HTTP/1.1 200 Connection Established\r\n\r\n");
    await join(client, reached);
    open -= 1;
  }

  listening.onConnection((socket) => socket.on("data", (chunk) => received.push(chunk)));
  listening.server.on("connect", (request, client, head) => {
    client.on("error", () => client.destroy());
    client.unshift(head);
    serve(request, client).catch(() => client.end(unreachable + emptyBody));
  });

  return {
    url: listening.url,
    tunnels,
    refused,
    get received() {
      return Buffer.concat(received).toString("latin1");
    },
    get openTunnels() {
      return open;
    },
    close: listening.close,
  };
}
