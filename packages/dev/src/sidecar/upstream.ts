import { Agent, type ClientRequest, request } from "node:http";
import { request as requestByTls, Agent as TlsAgent } from "node:https";

/** The API behind the sidecar. */
export interface Upstream {
  /** Opens a request on a connection that is kept. */
  open(head: UpstreamHead): ClientRequest;
  close(): void;
}

/** The head of a request to it. */
export interface UpstreamHead {
  readonly method: string;
  readonly path: string;
  /** Names and values in turn, all of them: nothing is added but `Connection`. */
  readonly headers: readonly string[];
}

/** Creates the connections to an origin. */
export function createUpstream(origin: string): Upstream {
  const url = new URL(origin);
  const secure = url.protocol === "https:";
  const agent = secure ? new TlsAgent({ keepAlive: true }) : new Agent({ keepAlive: true });
  const send = secure ? requestByTls : request;
  const place = { protocol: url.protocol, hostname: url.hostname.replace(/^\[|\]$/g, ""), port: url.port };
  return {
    open: ({ method, path, headers }) => send({ ...place, agent, method, path, headers: [...headers] }),
    close: () => agent.destroy(),
  };
}
