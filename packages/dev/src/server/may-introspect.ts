import { toList } from "../tokens/to-list.ts";

/** What is looked at of a client, as `oidc-provider` knows it. */
interface AskingClient {
  readonly clientId: string;
  readonly tokenEndpointAuthMethod?: string | undefined;
}

/** Whether a client may be told about an opaque token: one that can prove who it is, and that the token is for or of. */
export function mayIntrospect(
  client: AskingClient,
  token: { readonly aud?: unknown; readonly clientId?: string | undefined },
): boolean {
  if (client.tokenEndpointAuthMethod === "none") return false;
  return token.clientId === client.clientId || toList(token.aud).includes(client.clientId);
}
