import type { ClientAuthenticationMethod } from "./auth-terms.ts";

/** The methods that prove a client by the certificate of its connection (RFC 8705 section 2). */
export type CertificateMethod = Extract<ClientAuthenticationMethod, "tls_client_auth" | "self_signed_tls_client_auth">;

/** Whether the method proves the client by the certificate of its connection. */
export function isByCertificate(method: string | undefined): method is CertificateMethod {
  return method === "tls_client_auth" || method === "self_signed_tls_client_auth";
}
