import type Provider from "oidc-provider";
import type { Settings } from "../settings/resolve-settings.ts";
import type { AddedClaims } from "../tokens/added-claims.ts";
import type { IssuedTokens } from "../tokens/issued-tokens.ts";
import type { LibraryGrant } from "./create-provider.ts";
import type { OidcLibrary } from "./load-oidc-provider.ts";

/** What the parts of one running server share. */
export interface ServerParts {
  readonly library: OidcLibrary;
  readonly provider: Provider;
  /** The library's own client credentials grant. */
  readonly libraryGrant: LibraryGrant;
  readonly settings: Settings;
  readonly issuedTokens: IssuedTokens;
  readonly addedClaims: AddedClaims;
}
