import type { AuthSettings } from "./auth-settings.ts";
import { type CertificateMethod, isByCertificate } from "./certificate-methods.ts";
import type { ClientAuthenticationMethod } from "./options.ts";
import type { SecretSource } from "./secret-source.ts";

/** The setting that each method proves the client with. */
const proofs: Readonly<Record<Exclude<ClientAuthenticationMethod, CertificateMethod>, CredentialName | undefined>> = {
  client_secret_basic: "clientSecret",
  client_secret_post: "clientSecret",
  client_secret_jwt: "clientSecret",
  private_key_jwt: "privateKey",
  workload_identity: "clientAssertion",
  none: undefined,
};

/** The settings that can prove who a client is. */
export type CredentialName = "clientSecret" | "privateKey" | "clientCertificate" | "clientAssertion";

/** What a client has to prove itself with. */
export interface Credential {
  readonly clientAuthentication: ClientAuthenticationMethod;
  readonly secretSource: SecretSource | undefined;
  readonly settings: AuthSettings;
}

/** The setting that the method needs and that is not there; nothing is read. */
export function findMissingCredential({
  clientAuthentication,
  secretSource,
  settings,
}: Credential): CredentialName | undefined {
  const needed = isByCertificate(clientAuthentication) ? "clientCertificate" : proofs[clientAuthentication];
  if (needed === undefined) return undefined;
  const source = needed === "clientSecret" ? secretSource : settings[needed];
  return source === undefined ? needed : undefined;
}
