import type { ClientAuthenticationMethod } from "../../config/options.ts";
import { authenticateByPrivateKey, authenticateBySecretJwt, authenticateByWorkload } from "./client-assertion.ts";
import type { AuthenticatingClient, ClientAuthenticator, OutgoingRequest } from "./client-authenticator.ts";
import { authenticateByBasic, authenticateByPost } from "./client-secret.ts";

const nameClient: ClientAuthenticator = ({ form }, { credentials }) => form.set("client_id", credentials.clientId);

const methods: Readonly<Record<ClientAuthenticationMethod, ClientAuthenticator>> = {
  client_secret_basic: authenticateByBasic,
  client_secret_post: authenticateByPost,
  client_secret_jwt: authenticateBySecretJwt,
  private_key_jwt: authenticateByPrivateKey,
  tls_client_auth: nameClient,
  self_signed_tls_client_auth: nameClient,
  workload_identity: authenticateByWorkload,
  none: nameClient,
};

/**
 * Adds to a request what proves who the client is.
 *
 * @throws {TypeError} when the credentials lack what their method needs
 */
export async function authenticateClient(outgoing: OutgoingRequest, client: AuthenticatingClient): Promise<void> {
  const { credentials, dialect } = client;
  if (dialect.clientIdInBody && credentials.clientId !== "") outgoing.form.set("client_id", credentials.clientId);
  await methods[credentials.authentication](outgoing, client);
}
