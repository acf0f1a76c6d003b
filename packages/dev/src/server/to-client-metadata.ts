import { X509Certificate } from "node:crypto";
import type { JWK } from "jose";
import type { ClientMetadata } from "oidc-provider";
import type { CertificateSubject, Client } from "../settings/client.ts";
import { jwtBearerGrant } from "../tokens/assertion-request.ts";
import { tokenExchangeGrant } from "../tokens/exchange-request.ts";

/**
 * Describes a client to `oidc-provider`. Every client gets the grants of this package there: whether it may use them is for
 * the grant to say, as `unauthorized_client`.
 */
export function toClientMetadata(client: Client): ClientMetadata {
  const { id, redirectUris, authentication } = client;
  const signsPeopleIn = redirectUris.length > 0;
  return {
    client_id: id,
    client_name: id,
    application_type: redirectUris.some(isLoopback) ? "native" : "web",
    redirect_uris: [...redirectUris],
    response_types: signsPeopleIn ? ["code"] : [],
    grant_types: [
      ...(signsPeopleIn ? ["authorization_code"] : []),
      ...(signsPeopleIn || client.grants.includes("refreshToken") ? ["refresh_token"] : []),
      ...(authentication === "none" ? [] : ["client_credentials"]),
      tokenExchangeGrant,
      jwtBearerGrant,
    ],
    token_endpoint_auth_method: authentication,
    ...toCredential(client),
    ...(client.dpopBoundAccessTokens ? { dpop_bound_access_tokens: true } : {}),
    ...(client.tlsClientCertificateBoundAccessTokens ? { tls_client_certificate_bound_access_tokens: true } : {}),
  };
}

function toCredential({ secret, jwks, certificates, tlsClientAuth }: Client): Partial<ClientMetadata> {
  return {
    ...(secret === undefined ? {} : { client_secret: secret }),
    ...(jwks === undefined ? {} : { jwks: { keys: [...jwks.keys] } }),
    ...(certificates === undefined ? {} : { jwks: { keys: certificates.map(toKeyWithCertificate) } }),
    ...(tlsClientAuth === undefined ? {} : toSubjectMetadata(tlsClientAuth)),
  };
}

/** Gives a certificate in the form in which RFC 8705 section 2.2.2 registers it. */
function toKeyWithCertificate(pem: string): JWK {
  const { publicKey, raw } = new X509Certificate(pem);
  return { ...publicKey.export({ format: "jwk" }), x5c: [raw.toString("base64")] };
}

function toSubjectMetadata(subject: CertificateSubject): Partial<ClientMetadata> {
  if ("subjectDn" in subject) return { tls_client_auth_subject_dn: subject.subjectDn };
  if ("sanDns" in subject) return { tls_client_auth_san_dns: subject.sanDns };
  if ("sanUri" in subject) return { tls_client_auth_san_uri: subject.sanUri };
  if ("sanIp" in subject) return { tls_client_auth_san_ip: subject.sanIp };
  return { tls_client_auth_san_email: subject.sanEmail };
}

/** Only a native client may come back to whichever loopback port it has found free. */
function isLoopback(uri: string): boolean {
  const { protocol, hostname } = new URL(uri);
  return protocol === "http:" && ["127.0.0.1", "[::1]", "localhost"].includes(hostname);
}
