import type { AuthorizationServer } from "@behalf/dev";

/** Gives the secret of a client. */
export function findSecret({ clients }: AuthorizationServer, clientId: string): string {
  const secret = clients.find(({ id }) => id === clientId)?.secret;
  if (secret === undefined) throw new TypeError(`the authorization server has no client ${clientId} with a secret`);
  return secret;
}
