import type { KeyObject } from "node:crypto";
import type { BareCaller } from "../values/caller.ts";
import type { Secret } from "../values/secret.ts";
import type { SigningKey } from "../values/signing-key.ts";
import type { ConfigDelegate } from "./config-delegate.ts";
import type {
  AuthOptions,
  CallHookOptions,
  HttpMethod,
  StringList,
  TenantContext,
  TokenMemoryOptions,
} from "./options.ts";
import type { SecretSource } from "./secret-source.ts";

/** A secret after what stands elsewhere was found. */
export type CheckedSecret = string | Secret | SecretSource;

/** A private key after what stands elsewhere was found. */
export type CheckedKey = CheckedSecret | KeyObject | SigningKey | Readonly<Record<string, unknown>>;

/** The auth settings of one node after the schema: no value stands elsewhere any more, except in a source. */
export interface CheckedAuth
  extends Omit<
    AuthOptions,
    | "grantType"
    | "authority"
    | "tokenEndpoint"
    | "clientId"
    | "clientSecret"
    | "privateKey"
    | "certificate"
    | "clientAssertion"
    | "clientCertificate"
    | "ca"
    | "proxy"
    | "dpop"
    | "actorToken"
    | "refreshToken"
    | "identityProvider"
  > {
  readonly grantType?: string;
  readonly authority?: string;
  readonly tokenEndpoint?: string;
  readonly clientId?: string;
  readonly clientSecret?: CheckedSecret | readonly CheckedSecret[];
  readonly privateKey?: CheckedKey | readonly CheckedKey[];
  readonly certificate?: CheckedSecret;
  readonly clientAssertion?: CheckedSecret;
  readonly clientCertificate?: { readonly certificate: CheckedSecret; readonly privateKey: CheckedSecret };
  readonly ca?: CheckedSecret;
  readonly proxy?: CheckedSecret;
  readonly dpop?: boolean | { readonly privateKey?: CheckedKey; readonly algorithm?: string };
  readonly actorToken?: CheckedSecret;
  readonly refreshToken?: CheckedSecret;
  readonly identityProvider?: CheckedAuth;
}

/** An endpoint after the schema. */
export interface CheckedEndpoint extends CheckedAuth {
  readonly path: string;
  readonly methods?: readonly HttpMethod[];
}

/** What all services inherit, after the schema. */
export interface CheckedDefaults extends CheckedAuth, CallHookOptions {}

/** A service after the schema; its endpoints are checked for themselves. */
export interface CheckedService extends CheckedAuth, CallHookOptions {
  readonly host: string;
  readonly basePath?: string;
  readonly endpoints?: Readonly<Record<string, unknown>>;
}

/** A key of the ring after the schema. */
export interface CheckedEncryptionKey {
  readonly id: string;
  readonly key: CheckedSecret;
}

/** The root after the schema; its services are checked for themselves. */
export interface CheckedRoot extends CheckedAuth {
  readonly name?: string;
  readonly authority: string;
  /** Checked for itself. */
  readonly inbound?: unknown;
  readonly serviceDefaults?: CheckedDefaults;
  readonly services: Readonly<Record<string, unknown>>;
  readonly trustedHosts?: StringList;
  readonly tenants?: Readonly<Record<string, CheckedAuth>>;
  readonly tenant?: (context: TenantContext) => string | undefined;
  readonly isSystemCaller?: (caller: BareCaller) => boolean;
  readonly configDelegate?: ConfigDelegate;
  readonly encryptionKeys?: readonly CheckedEncryptionKey[];
  readonly messageIdHeader?: string;
  readonly deadlineHeader?: string;
  readonly serverTiming?: boolean;
  readonly strict?: boolean;
  readonly tokenMemory?: TokenMemoryOptions;
}
