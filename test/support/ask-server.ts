import { createMetadataSource } from "../../packages/behalf/src/lib/oauth/metadata-source.ts";
import { requestToken } from "../../packages/behalf/src/lib/oauth/request-token.ts";
import type { ServerConnection } from "../../packages/behalf/src/lib/oauth/server-connection.ts";
import type { IssuedToken, TokenRequest } from "../../packages/behalf/src/lib/oauth/token-request.ts";
import { connectTo } from "./token-request.ts";

/** The protocol over real sockets, against one authorization server that is asked for its metadata first. */
export interface ServerUnderTest {
  ask(request: TokenRequest): Promise<IssuedToken>;
  close(): Promise<void>;
}

/** Opens the way to an authorization server. */
export function openServer(issuer: string, changes: Partial<ServerConnection> = {}): ServerUnderTest {
  const network = connectTo(issuer);
  const connection: ServerConnection = { ...network.connection, ...changes };
  const metadata = createMetadataSource(connection, { now: Date.now });

  return {
    async ask(request) {
      const { signal } = new AbortController();
      const { clientId } = request.credentials;
      return requestToken(request, { connection, metadata: await metadata.get(clientId), now: Date.now, signal });
    },
    close: network.close,
  };
}
