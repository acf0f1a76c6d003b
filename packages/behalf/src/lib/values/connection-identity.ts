import { createPrivateKey, randomUUID, X509Certificate } from "node:crypto";
import { digest } from "./digest.ts";
import type { Secret } from "./secret.ts";

/** Who this API is on a connection. Connections of different identities are never shared. */
export interface ConnectionIdentity {
  /** Tells identities apart, in this process only: a digest of all that follows, never a secret. */
  readonly key: string;
  /** What stays the same when the identity is renewed: a new key for a slot drains the connections of the one before. */
  readonly slot: string;
  /** The client certificate with its chain, PEM. */
  readonly certificate?: string | undefined;
  /** The private key of the certificate, PEM. */
  readonly privateKey?: Secret | undefined;
  /** The certificates that servers are trusted by, PEM, besides none of the defaults. @default Node's own */
  readonly ca?: string | undefined;
  /** The proxy that connections go through, or `"environment"` for the one that the environment names for the origin. */
  readonly proxy?: ConnectionProxy | "environment" | undefined;
}

/** A proxy that connections are tunnelled through; user and password stand apart. */
export interface ConnectionProxy {
  /** An http(s) URL without user and password. An https proxy is trusted by Node's own certificates. */
  readonly url: string;
  /** The value of the header `Proxy-Authorization`, such as `Basic …`. */
  readonly authorization?: Secret | undefined;
}

type IdentityParts = Omit<ConnectionIdentity, "key">;

// With it, nobody who sees a key can try passwords until one gives the same.
const salt = randomUUID();

const encode = (text: string | undefined): string => (text === undefined ? "-" : `${text.length}:${text}`);

function toKey({ slot, certificate, privateKey, ca, proxy }: IdentityParts): string {
  const way = proxy === "environment" ? [proxy] : [proxy?.url, proxy?.authorization?.value()];
  const texts = [slot, certificate, privateKey?.value(), ca, ...way];
  return digest([salt, ...texts].map(encode).join(""));
}

function attempt<result>(message: string, read: () => result): result {
  try {
    return read();
  } catch {
    // The reason is left out: it could quote what could not be read.
    throw new TypeError(message);
  }
}

function checkPair({ certificate, privateKey }: IdentityParts): void {
  if (certificate === undefined && privateKey === undefined) return;
  if (certificate === undefined) throw new TypeError("The private key has no certificate beside it.");
  if (privateKey === undefined) throw new TypeError("The certificate has no private key beside it.");
  const leaf = attempt("The certificate is not PEM that can be read.", () => new X509Certificate(certificate));
  const key = attempt("The private key is not unencrypted PEM that can be read.", () =>
    createPrivateKey(privateKey.value()),
  );
  if (!leaf.checkPrivateKey(key)) throw new TypeError("The private key is not that of the certificate.");
}

function checkProxy({ proxy }: IdentityParts): void {
  if (!proxy || proxy === "environment") return;
  const url = URL.canParse(proxy.url) ? new URL(proxy.url) : undefined;
  const plain = url && !url.username && !url.password;
  if (plain && (url.protocol === "http:" || url.protocol === "https:")) return;
  throw new TypeError("The proxy is not an http(s) URL without user and password.");
}

/**
 * Creates an identity, and the key that tells it apart.
 *
 * @throws {TypeError} that says what is wrong: one of certificate and key is missing or unreadable, the two do not fit, a
 *   trusted certificate is unreadable, or the proxy's URL is not plain
 */
export function createConnectionIdentity(parts: IdentityParts): ConnectionIdentity {
  const { slot, certificate, privateKey, ca, proxy } = parts;
  checkPair(parts);
  if (ca !== undefined)
    attempt("The trusted certificates are not PEM that can be read.", () => new X509Certificate(ca));
  checkProxy(parts);
  return Object.freeze({
    key: toKey(parts),
    slot,
    certificate,
    privateKey,
    ca,
    proxy: typeof proxy === "object" ? Object.freeze({ ...proxy }) : proxy,
  });
}
