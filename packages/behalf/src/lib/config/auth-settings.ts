export type {
  AudienceGuard,
  ClientAssertionType,
  DelegatedGrant,
  DpopSettings,
  ProtocolDialect,
  SigningKeySource,
} from "./auth-terms.ts";
export type { ActorTokenSetting, AuthSettings, ClientCertificateSettings } from "./service-auth-config.ts";
