import type { ClientAuthMethod, Configuration } from "oidc-provider";
import type { Settings } from "../settings/resolve-settings.ts";

const asymmetric = [
  "RS256",
  "RS384",
  "RS512",
  "PS256",
  "PS384",
  "PS512",
  "ES256",
  "ES384",
  "ES512",
  "Ed25519",
  "EdDSA",
] as const;

/** The algorithms of assertions and proofs: every one that the library knows, so that no client is refused for its key. */
export const acceptedAlgorithms: NonNullable<Configuration["enabledJWA"]> = {
  clientAuthSigningAlgValues: ["HS256", "HS384", "HS512", ...asymmetric],
  dPoPSigningAlgValues: asymmetric,
};

/** Lists how clients can authenticate: by certificate only where there is TLS. */
export function listAuthenticationMethods({ tls }: Settings): ClientAuthMethod[] {
  return [
    "client_secret_basic",
    "client_secret_post",
    "client_secret_jwt",
    "private_key_jwt",
    "none",
    ...(tls === undefined ? [] : (["tls_client_auth", "self_signed_tls_client_auth"] as const)),
  ];
}
