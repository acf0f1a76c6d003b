import { createHash, X509Certificate } from "node:crypto";
import type { Socket } from "node:net";
import { TLSSocket } from "node:tls";

/** The certificate that a client showed in the TLS handshake. Nothing about it has been judged. */
export interface PresentedCertificate {
  readonly certificate: X509Certificate;
  /** SHA-256 of its DER form, base64url: the `x5t#S256` of RFC 8705. */
  readonly thumbprint: string;
}

export function readCertificate(socket: Socket): PresentedCertificate | undefined {
  if (!(socket instanceof TLSSocket)) return undefined;
  const certificate = socket.getPeerX509Certificate();
  if (!certificate) return undefined;
  return { certificate, thumbprint: createHash("sha256").update(certificate.raw).digest("base64url") };
}

export function isSelfSigned({ certificate }: PresentedCertificate): boolean {
  // `checkIssued` would demand that a client's key may sign certificates.
  return certificate.subject === certificate.issuer && certificate.verify(certificate.publicKey);
}

/** Tells whether the authority (PEM) signed the certificate, and whether the instant lies within its life. */
export function isIssuedBy({ certificate }: PresentedCertificate, authority: string, now: number): boolean {
  const issuer = new X509Certificate(authority);
  if (!certificate.checkIssued(issuer) || !certificate.verify(issuer.publicKey)) return false;
  return now >= Date.parse(certificate.validFrom) && now <= Date.parse(certificate.validTo);
}

/** The parts of a distinguished name, written in one line (RFC 4514) or as Node writes it: one part a line. */
function splitName(name: string): readonly string[] {
  return name
    .split(/\n|(?<!\\)[,+]/)
    .map((part) => part.trim().replaceAll(/\\(.)/g, "$1"))
    .filter((part) => part !== "");
}

/** Tells whether the subject is this distinguished name, in the order of the certificate or that of RFC 4514. */
export function hasSubject({ certificate }: PresentedCertificate, name: string): boolean {
  const wanted = splitName(name);
  const found = splitName(certificate.subject);
  const same = (parts: readonly string[]): boolean =>
    parts.length === found.length && parts.every((part, index) => part === found[index]);
  return same(wanted) || same([...wanted].reverse());
}
