import { type Awaitable, whenReady } from "../outcome/outcome-promise.ts";
import { Secret } from "../values/secret.ts";
import type { ReadSecretOptions, SecretSource } from "./secret-source.ts";
import type { AuthContext } from "./service-auth-config.ts";
import { unlessRefused } from "./sources/text-source.ts";

/**
 * A value that stands elsewhere.
 *
 * A setting that is a secret, a key or a certificate is read when it is needed; every other one when the configuration is
 * resolved. What is not there at the start is a problem of the configuration in either case.
 */
export class Reference {
  /** Where, in the notation of configuration files: `${env:X}` or `${file:X}`. */
  readonly notation: string;

  constructor(notation: string) {
    this.notation = notation;
  }
}

/** A value that stands in an environment variable. A variable that is not set is a problem of the configuration. */
export function fromEnv(name: string): Reference {
  return new Reference(`\${env:${name}}`);
}

/**
 * A value that is the content of a file, without the line break at its end.
 *
 * Secrets, keys and certificates are read again when the file has changed, at most once a second, and at once when they were
 * refused; other settings are read once, at the start. A file that is gone later gives nothing; one that is empty is being
 * written, and what stood there before is used. Only files of up to 1 MiB are read: no pipe and no device.
 */
export function fromFile(path: string): Reference {
  return new Reference(`\${file:${path}}`);
}

/** Gives a secret when it is needed; nothing is an error of the call that needs it. */
export type ReadSecret = (
  authContext: AuthContext,
  options: ReadSecretOptions,
) => Awaitable<Secret | string | undefined>;

/** What a provider of secrets can do besides. */
export interface ProviderOptions {
  /** Keeps a newer one: a refresh token that was rotated. A failure is logged, and fails no call. */
  readonly keep?: (secret: Secret, authContext: AuthContext) => Awaitable<void>;
}

/** How providers are called, where a source is described. */
export const providerNotation = "provider";

function toSecret(value: Secret | string | undefined): Secret | undefined {
  const secret = typeof value === "string" ? new Secret(value) : value;
  return secret instanceof Secret && secret.value() !== "" ? secret : undefined;
}

/**
 * A secret that a function gives: from a vault, say.
 *
 * It is asked when a token is asked for, and not while one is in the cache; for a refresh token with every call, for what it
 * gives says whose token is wanted. With `refused`, the one that it gave was refused by the server: it is to read the vault
 * anew. What it throws is the outcome of the call.
 *
 * Not for keys, certificates and proxies, which are needed without waiting: a key management service is a `SigningKey`.
 */
export function fromProvider(read: ReadSecret, { keep }: ProviderOptions = {}): SecretSource {
  return Object.freeze<SecretSource>({
    notation: providerNotation,
    peek: () => undefined,
    read: (authContext, options = {}) =>
      whenReady(read(authContext, options), (value) => unlessRefused(toSecret(value), options.refused)),
    ...(keep && { keep }),
  });
}
