import type { ConfigurationProblem } from "../errors/configuration-error.ts";
import type { AuthNode } from "./auth-node.ts";
import { findLevel } from "./check-node.ts";
import { joinPath } from "./tree.ts";

type Warnings = readonly ConfigurationProblem[];

function warnOfNode(node: AuthNode, origin: string): Warnings {
  const { http2 = false, socketPath } = node.calls.connections ?? {};
  const level = findLevel(node, "connections") ?? node;
  const unspoken = {
    path: joinPath(level.configPath, "connections.http2"),
    given: `HTTP/2 for ${origin}`,
    fix: "It is spoken over https only, and HTTP/1.1 is used: take it out, or give an https host.",
  };
  const shared = {
    path: joinPath(level.configPath, "connections.socketPath"),
    given: `a socket for ${origin} as well`,
    fix: "Every service that inherits it is looked for there: say it on the one service that listens there.",
  };
  const isShared = socketPath !== undefined && ["", "serviceDefaults"].includes(level.configPath);
  return [...(http2 && origin.startsWith("http:") ? [unspoken] : []), ...(isShared ? [shared] : [])];
}

/** Lists settings of calls that are allowed, and worth a second look: those of a service, and of endpoints that differ. */
export function warnOfCalls(service: AuthNode, origin: string, endpoints: readonly AuthNode[]): Warnings {
  const own = endpoints.filter((endpoint) => endpoint.says("connections"));
  return [service, ...own].flatMap((node) => warnOfNode(node, origin));
}
