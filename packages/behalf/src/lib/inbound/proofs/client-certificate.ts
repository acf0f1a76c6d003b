import * as crypto from "node:crypto";
import type { RequestContext } from "../../context/request-context.ts";

const byteSequence = /^:([A-Za-z0-9+/]+={0,2}):$/;
const pem = /^-----BEGIN CERTIFICATE-----\s([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----\s*$/;

function decodePercents(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/** Reads RFC 9440's form, else the escaped PEM that nginx writes. */
function readHeader(value: string): Uint8Array | undefined {
  const base64 = byteSequence.exec(value)?.[1] ?? pem.exec(decodePercents(value) ?? "")?.[1];
  return base64 === undefined ? undefined : Buffer.from(base64, "base64");
}

/**
 * Gives the SHA-256 thumbprint of the client's certificate, base64url: of the connection's, or of the header's alone where
 * one is named. `undefined` where there is none, or where the header is not there exactly once.
 */
export function readCertificateThumbprint(context: RequestContext, header: string | undefined): string | undefined {
  const value = header === undefined ? undefined : context.headerValue(header);
  const ofHeader = value === undefined ? undefined : readHeader(value);
  const der = header === undefined ? context.incoming.clientCertificate?.() : ofHeader;
  return der && crypto.hash("sha256", der, "base64url");
}
