import type { webcrypto } from "node:crypto";
import { exportJWK, exportPKCS8, generateKeyPair, type JWK, SignJWT } from "jose";
import {
  type CertificateAuthority,
  createCertificateAuthority,
  createSelfSigned,
  type KeyPair,
} from "../support/certificates.ts";
import type { TlsOptions } from "../support/scripted-as.ts";

/** A key pair for assertions. */
export interface AssertionKey {
  readonly algorithm: string;
  /** PKCS#8, PEM. */
  readonly privateKey: string;
  readonly publicJwk: JWK;
}

/** All keys and certificates of a run, made once: RSA keys take their time. */
export interface Keys {
  readonly authority: CertificateAuthority;
  readonly server: TlsOptions;
  /** Issued by the authority. */
  readonly vouchedFor: KeyPair;
  readonly selfSigned: KeyPair;
  readonly assertion: Readonly<Record<"ES256" | "RS256" | "PS256" | "EdDSA", AssertionKey>>;
  readonly dpop: AssertionKey;
  /** The key of the platform that issues tokens to workloads. */
  readonly platform: AssertionKey;
  /** The token of a workload, as the platform issues it. */
  issueWorkloadToken(claims: { readonly iss?: string; readonly sub: string; readonly aud: string }): Promise<string>;
}

async function createKey(algorithm: string): Promise<AssertionKey & { readonly key: webcrypto.CryptoKey }> {
  const { privateKey, publicKey } = await generateKeyPair(algorithm, { extractable: true });
  const publicJwk = { ...(await exportJWK(publicKey)), kid: `${algorithm}-1`, alg: algorithm, use: "sig" };
  return { algorithm, privateKey: await exportPKCS8(privateKey), publicJwk, key: privateKey };
}

/** Makes the keys of a run. */
export async function createKeys(): Promise<Keys> {
  const authority = await createCertificateAuthority();
  const [server, vouchedFor, selfSigned] = await Promise.all([
    authority.issueServer(),
    authority.issueClient("CN=orders-api,O=Example"),
    createSelfSigned("orders-api"),
  ]);
  const [ES256, RS256, PS256, EdDSA] = await Promise.all([
    createKey("ES256"),
    createKey("RS256"),
    createKey("PS256"),
    createKey("EdDSA"),
  ]);
  const [dpop, platform] = await Promise.all([createKey("ES256"), createKey("ES256")]);

  return {
    authority,
    server: { certificate: server.certificate, privateKey: server.privateKey, clientCa: authority.certificate },
    vouchedFor,
    selfSigned,
    assertion: { ES256, RS256, PS256, EdDSA },
    dpop,
    platform,
    issueWorkloadToken: (claims) =>
      new SignJWT(claims)
        .setProtectedHeader({ alg: "ES256", kid: String(platform.publicJwk.kid) })
        .setIssuedAt()
        .setExpirationTime("30 days")
        .sign(platform.key),
  };
}
