import type { AuthenticatorServerOptions } from "./inbound-options.ts";

/** The keys of an options type, kept complete by the compiler. */
export type KeyRegistry<options> = { readonly [key in Extract<keyof options, string>]-?: true };

/** The keys by which this API is a client of any server. */
export const clientRegistry: KeyRegistry<Omit<AuthenticatorServerOptions, "issuerTemplate">> = {
  authority: true,
  clientId: true,
  clientSecret: true,
  clientAuthentication: true,
  privateKey: true,
  keyId: true,
  certificate: true,
  signingAlgorithm: true,
  clientAssertion: true,
  clientAssertionType: true,
  assertionAudience: true,
  basicEncoding: true,
  clientIdInBody: true,
  clientCertificate: true,
  ca: true,
  proxy: true,
};
