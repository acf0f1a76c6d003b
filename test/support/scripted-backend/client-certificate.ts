import { createHash } from "node:crypto";
import type { Socket } from "node:net";
import { TLSSocket } from "node:tls";

/** The certificate that a client showed in the handshake. */
export interface ClientCertificate {
  /** `x5t#S256` of RFC 8705: the SHA-256 of its DER, in base64url. */
  readonly thumbprint: string;
  /** The backend's `clientCa` vouches for it. */
  readonly trusted: boolean;
}

export function readClientCertificate(socket: Socket): ClientCertificate | undefined {
  if (!(socket instanceof TLSSocket)) return undefined;
  const certificate = socket.getPeerX509Certificate();
  if (!certificate) return undefined;
  return {
    thumbprint: createHash("sha256").update(certificate.raw).digest("base64url"),
    trusted: socket.authorized,
  };
}
