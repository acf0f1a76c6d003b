import type { CheckedAuth } from "./checked.ts";
import type { AuthenticatorOptions, AuthenticatorServerOptions, InboundSettings } from "./inbound-options.ts";

/** What an authenticator says of its server, after the schema. */
export type CheckedServer = Pick<CheckedAuth, keyof AuthenticatorServerOptions>;

/** An authenticator after the schema. */
export interface CheckedAuthenticator
  extends Omit<AuthenticatorOptions, keyof AuthenticatorServerOptions>,
    CheckedServer {}

/** The inbound settings after the schema. */
export interface CheckedInbound extends CheckedAuthenticator, Omit<InboundSettings, keyof AuthenticatorOptions> {
  readonly authenticators?: Readonly<Record<string, CheckedAuthenticator>>;
}
