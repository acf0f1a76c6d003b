import type { ActorToken } from "./actor-token.ts";
import type { MultiStringValue } from "./multi-string-value.ts";
import type { Principal } from "./principal.ts";

/** The party that sent the request, as its validated access token says. */
export interface Caller {
  /** The token, validated; `undefined` where what was shown may not be exchanged, such as an API key. */
  readonly token: ActorToken | undefined;
  /** The name of the authenticator that validated it. */
  readonly authenticator: string;
  /** The token's issuer; of a custom authenticator, its name. */
  readonly issuer: string;
  /** The tenant that the token is of, where authorities have a place for one. */
  readonly tenant: string | undefined;
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
  /** Who the caller is to the application: the claims after userinfo and transformations. */
  readonly principal: Principal;
}

/** A caller as its token says, before anybody asked who it is to the application. */
export type BareCaller = Omit<Caller, "principal">;
