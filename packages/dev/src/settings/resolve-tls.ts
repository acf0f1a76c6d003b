import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";
import type { Client } from "./client.ts";
import { invalidSetting } from "./invalid-setting.ts";
import { isCertificate } from "./resolve-authentication.ts";
import type { TlsOptions } from "./tls-options.ts";

const known = {
  certificate: true,
  privateKey: true,
  clientCa: true,
  mtlsEndpointAliases: true,
} satisfies Record<keyof TlsOptions, true>;

/** Checks that the certificates can be read, and that the key is the certificate's. */
export function resolveTls(options: TlsOptions): TlsOptions {
  const unknown = Object.keys(options).find((key) => !Object.hasOwn(known, key));
  if (unknown !== undefined) throw invalidSetting(`tls.${unknown}`, `one of: ${Object.keys(known).join(", ")}`);

  const { certificate, privateKey, clientCa, mtlsEndpointAliases = false } = options;
  if (!isCertificate(certificate)) throw invalidSetting("tls.certificate", "a certificate as PEM");
  const key = readPrivateKey(privateKey);
  if (key === undefined || !new X509Certificate(certificate).checkPrivateKey(key)) {
    throw invalidSetting("tls.privateKey", 'the private key of "tls.certificate" as PEM');
  }
  if (clientCa !== undefined && !isCertificate(clientCa)) throw invalidSetting("tls.clientCa", "a certificate as PEM");
  if (typeof mtlsEndpointAliases !== "boolean") throw invalidSetting("tls.mtlsEndpointAliases", "true or false");
  return Object.freeze({
    certificate,
    privateKey,
    mtlsEndpointAliases,
    ...(clientCa === undefined ? {} : { clientCa }),
  });
}

function readPrivateKey(pem: string): KeyObject | undefined {
  try {
    return createPrivateKey(pem);
  } catch {
    return undefined;
  }
}

/** Refuses clients whose certificates this server would never see, or never trust. */
export function checkCertificateClients(clients: readonly Client[], tls: TlsOptions | undefined): void {
  for (const { id, authentication, tlsClientCertificateBoundAccessTokens } of clients) {
    const needsTls = tlsClientCertificateBoundAccessTokens || authentication.includes("tls_client_auth");
    if (needsTls && tls === undefined) throw invalidSetting("tls", `given: client "${id}" comes with a certificate`);
    if (authentication === "tls_client_auth" && tls?.clientCa === undefined) {
      throw invalidSetting("tls.clientCa", `given: client "${id}" authenticates by tls_client_auth`);
    }
  }
}
