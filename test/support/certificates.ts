import "reflect-metadata";
import { createHash, KeyObject, webcrypto } from "node:crypto";
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  type Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  Name,
  SubjectAlternativeNameExtension,
  type X509Certificate,
  X509CertificateGenerator,
} from "@peculiar/x509";

/** A certificate with its private key. */
export interface KeyPair {
  /** PEM. */
  readonly certificate: string;
  /** PKCS#8, PEM. */
  readonly privateKey: string;
  /** `x5t#S256` of RFC 8705: the SHA-256 of the certificate's DER, in base64url. */
  readonly thumbprint: string;
  /** The distinguished name, like `CN=orders-api`. */
  readonly subject: string;
}

/** A certificate authority in memory. */
export interface CertificateAuthority {
  /** PEM. */
  readonly certificate: string;
  /** Issues a certificate for a server on 127.0.0.1 and localhost, and by these names. */
  issueServer(...names: readonly string[]): Promise<KeyPair>;
  /** Issues a certificate for a client: a distinguished name, or what is to be its common name. */
  issueClient(subject: string): Promise<KeyPair>;
}

interface Issue {
  readonly name: string;
  readonly extensions: readonly Extension[];
}

interface Signer {
  readonly name: string;
  readonly keys: webcrypto.CryptoKeyPair;
}

const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;
const hourMs = 3_600_000;

const leaf = (usage: ExtendedKeyUsage): readonly Extension[] => [
  new BasicConstraintsExtension(false, undefined, true),
  new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
  new ExtendedKeyUsageExtension([usage]),
];

const authority: readonly Extension[] = [
  new BasicConstraintsExtension(true, 0, true),
  new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
];

const toHosts = (names: readonly string[]): Extension =>
  new SubjectAlternativeNameExtension([
    { type: "ip", value: "127.0.0.1" },
    ...["localhost", ...names].map((value) => ({ type: "dns", value }) as const),
  ]);

function toName(subject: string): string {
  return new Name(subject.includes("=") ? subject : [{ CN: [subject] }]).toString();
}

function generateKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
}

function toKeyPair(certificate: X509Certificate, key: webcrypto.CryptoKey): KeyPair {
  return {
    certificate: certificate.toString("pem"),
    privateKey: KeyObject.from(key).export({ type: "pkcs8", format: "pem" }).toString(),
    thumbprint: createHash("sha256").update(Buffer.from(certificate.rawData)).digest("base64url"),
    subject: certificate.subject,
  };
}

async function issue({ name, extensions }: Issue, signer?: Signer): Promise<KeyPair & Signer> {
  const keys = await generateKeys();
  const certificate = await X509CertificateGenerator.create({
    subject: name,
    issuer: signer?.name ?? name,
    publicKey: keys.publicKey,
    signingKey: (signer?.keys ?? keys).privateKey,
    signingAlgorithm: algorithm,
    notBefore: new Date(Date.now() - hourMs),
    notAfter: new Date(Date.now() + 24 * hourMs),
    extensions: [...extensions],
  });
  return { ...toKeyPair(certificate, keys.privateKey), name, keys };
}

function withoutKeys({ certificate, privateKey, thumbprint, subject }: KeyPair): KeyPair {
  return { certificate, privateKey, thumbprint, subject };
}

/** Creates a certificate authority with a new key. */
export async function createCertificateAuthority(name = "Test authority"): Promise<CertificateAuthority> {
  const signer = await issue({ name: toName(name), extensions: authority });
  const serverWith = (names: readonly string[]): Issue => ({
    name: "CN=localhost",
    extensions: [...leaf(ExtendedKeyUsage.serverAuth), toHosts(names)],
  });

  return {
    certificate: signer.certificate,
    issueServer: async (...names) => withoutKeys(await issue(serverWith(names), signer)),
    async issueClient(subject) {
      const client: Issue = { name: toName(subject), extensions: leaf(ExtendedKeyUsage.clientAuth) };
      return withoutKeys(await issue(client, signer));
    },
  };
}

/** Creates a client's certificate that nobody vouches for, as `self_signed_tls_client_auth` takes it. */
export async function createSelfSigned(subject: string): Promise<KeyPair> {
  return withoutKeys(await issue({ name: toName(subject), extensions: leaf(ExtendedKeyUsage.clientAuth) }));
}
