import type { AuthNode } from "./auth-node.ts";
import type { ResolvedInbound } from "./resolved-inbound.ts";

/** Lists the nodes of the authenticators, and that of `inbound` where it stands above them; each once. */
export function listInboundNodes(inbound: ResolvedInbound | undefined): readonly AuthNode[] {
  const nodes = inbound?.authenticators.flatMap(({ auth }) => (auth.parent?.parent ? [auth.parent, auth] : [auth]));
  return [...new Set(nodes)];
}
