import type { X509Certificate } from "node:crypto";
import { TLSSocket } from "node:tls";
import type { Configuration, KoaContextWithOIDC } from "oidc-provider";
import { matchesSubject } from "./matches-subject.ts";

type MutualTls = NonNullable<NonNullable<Configuration["features"]>["mTLS"]>;

/**
 * Creates what the library asks about client certificates (RFC 8705), answered from the TLS connection itself.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc8705.html#section-2}
 */
export function createMutualTls(): MutualTls {
  return {
    enabled: true,
    certificateBoundAccessTokens: true,
    tlsClientAuth: true,
    selfSignedTlsClientAuth: true,
    getCertificate: readCertificate,
    certificateAuthorized: ({ req }) => req.socket instanceof TLSSocket && req.socket.authorized,
    certificateSubjectMatches: (ctx, property, expected) => {
      const certificate = readCertificate(ctx);
      return certificate !== undefined && matchesSubject(certificate, property, expected);
    },
  };
}

function readCertificate({ req }: KoaContextWithOIDC): X509Certificate | undefined {
  return req.socket instanceof TLSSocket ? req.socket.getPeerX509Certificate() : undefined;
}
