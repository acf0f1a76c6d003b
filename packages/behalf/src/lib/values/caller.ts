import type { ActorToken } from "./actor-token.ts";
import type { MultiStringValue } from "./multi-string-value.ts";

/** The party that sent the request, as its validated access token says. */
export interface Caller {
  /** The token, validated. */
  readonly token: ActorToken;
  /** The token's issuer. */
  readonly issuer: string;
  /** Who set the request off: the claim `sub`. */
  readonly subject: string | undefined;
  /** The client that the token was issued to: `client_id`, else `azp`, else what Okta (`cid`) or Entra (`appid`) write. */
  readonly client: string | undefined;
  /** What the token allows: the claim `scope`. */
  readonly scopes: MultiStringValue;
  /** When the token ends, in epoch milliseconds. */
  readonly expiresAt: number;
  /** All claims, frozen. */
  readonly claims: Readonly<Record<string, unknown>>;
}
