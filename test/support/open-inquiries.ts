import { AuthNode } from "../../packages/behalf/src/lib/config/auth-node.ts";
import type { OwnAuth } from "../../packages/behalf/src/lib/config/own-auth.ts";
import { createGivenSource } from "../../packages/behalf/src/lib/config/sources/text-source.ts";
import { createContextStorage } from "../../packages/behalf/src/lib/context/context-storage.ts";
import { createDiagnostics } from "../../packages/behalf/src/lib/diagnostics/diagnostics.ts";
import { createServers } from "../../packages/behalf/src/lib/oauth/servers.ts";
import type { IntrospectionDependencies } from "../../packages/behalf/src/lib/services/create-introspection.ts";
import { createTokenMemory } from "../../packages/behalf/src/lib/services/token-memory.ts";
import { createMemoryStore } from "../../packages/behalf/src/lib/tokens/memory-store.ts";
import { createRefreshChains } from "../../packages/behalf/src/lib/tokens/refresh-chains.ts";
import { createTokenBindings } from "../../packages/behalf/src/lib/tokens/token-bindings.ts";
import { createTokenService } from "../../packages/behalf/src/lib/tokens/token-service.ts";
import { answerKeys } from "./answer-keys.ts";
import type { ScriptedAs } from "./scripted-as.ts";
import { the } from "./the.ts";
import { connectTo } from "./token-request.ts";
import { silentLogger } from "./token-service.ts";

/** What asks an authorization server about callers, over real sockets. */
export interface Inquiries {
  readonly dependencies: IntrospectionDependencies;
  /** The usual client's node, at the server, with what the test says besides. */
  node(own?: OwnAuth): AuthNode;
  close(): Promise<void>;
}

/** Opens the parts that introspection and userinfo need, as an instance connects them. */
export function openInquiries(as: ScriptedAs): Inquiries {
  const now = Date.now;
  const { connection, close } = connectTo(as.issuer);
  const diagnostics = createDiagnostics("test", silentLogger);
  const servers = createServers({ fetch: connection.fetch, insecureRequestsAllowed: false, diagnostics, now });
  const bindings = createTokenBindings(now);
  const store = createMemoryStore({ maxEntries: 1_000, maxBytes: 1_000_000 });
  const tokens = createTokenService({ store, servers, chains: createRefreshChains(now), diagnostics, now });
  const authority = as.issuer;
  const tokenMemory = createTokenMemory(tokens, { authority, bindings });
  const keys = answerKeys(as.publicKeys);
  return {
    dependencies: {
      ...tokenMemory.filledBy,
      tokenMemory,
      context: createContextStorage({ ambient: true }),
      servers,
      authority,
      bindings,
      keysOf: () => keys,
      now,
    },
    node: (own = {}) =>
      new AuthNode("inbound", { clientId: the.clientId, clientSecret: createGivenSource(the.clientSecret), ...own }),
    close,
  };
}
