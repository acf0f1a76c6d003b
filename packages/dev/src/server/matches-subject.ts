import type { X509Certificate } from "node:crypto";
import type { TLSClientAuthProperty } from "oidc-provider";

/** Tells whether a certificate says what a client is registered with, by one of the properties of RFC 8705 section 2.1.2. */
export function matchesSubject(
  certificate: X509Certificate,
  property: TLSClientAuthProperty,
  expected: string,
): boolean {
  switch (property) {
    case "tls_client_auth_subject_dn":
      return matchesName(certificate.subject, expected);
    case "tls_client_auth_san_dns":
      return certificate.checkHost(expected, { subject: "never", wildcards: false }) !== undefined;
    case "tls_client_auth_san_email":
      return certificate.checkEmail(expected, { subject: "never" }) !== undefined;
    case "tls_client_auth_san_ip":
      return certificate.checkIP(expected) !== undefined;
    case "tls_client_auth_san_uri":
      return (certificate.subjectAltName ?? "").split(", ").includes(`URI:${expected}`);
  }
}

/**
 * Node writes a subject as lines, in the order of the certificate. RFC 4514 turns that order round, but not every tool that
 * makes or prints certificates does: either order is the same name here.
 */
function matchesName(subject: string, expected: string): boolean {
  const parts = expected.split(/(?<!\\),\s*/);
  return [parts.join("\n"), parts.toReversed().join("\n")].includes(subject);
}
