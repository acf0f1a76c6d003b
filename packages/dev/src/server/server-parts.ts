import type Provider from "oidc-provider";
import type { Settings } from "../settings/resolve-settings.ts";
import type { ActingParties } from "../tokens/acting-parties.ts";
import type { IssuedTokens } from "../tokens/issued-tokens.ts";
import type { OidcLibrary } from "./load-oidc-provider.ts";

/** What the parts of one running server share. */
export interface ServerParts {
  readonly library: OidcLibrary;
  readonly provider: Provider;
  readonly settings: Settings;
  readonly issuedTokens: IssuedTokens;
  readonly actingParties: ActingParties;
}
