import type { JWTPayload } from "jose";
import type { ScriptedClient } from "../clients.ts";
import type { RefreshTokens } from "../refresh-tokens.ts";
import type { TrustedToken } from "../trusted-tokens.ts";

/** What a grant has to decide by. */
export interface GrantRequest {
  readonly client: ScriptedClient;
  readonly form: URLSearchParams;
  readonly issuer: string;
  readonly tokenEndpoint: string;
  /** The thumbprint of the DPoP key, if the request proved one. */
  readonly jkt?: string;
  /** Gives the claims of a token that this server issued and that is in force, or throws. */
  readonly verify: (token: string) => Promise<JWTPayload>;
  /** Gives the claims of a token of a trusted issuer that is in force, or throws. */
  readonly verifyTrusted: (token: string) => Promise<TrustedToken>;
  readonly refreshTokens: RefreshTokens;
}

/** What a grant gives: the claims of the new token, and members of the answer beside the usual ones. */
export interface Granted {
  readonly claims: JWTPayload;
  readonly members?: Readonly<Record<string, unknown>>;
  /** What stands in `access_token` in the place of a signed access token. */
  readonly token?: string;
  /** The `typ` of the signed token. @default "at+jwt" */
  readonly typ?: string;
  /** @default the server's */
  readonly lifeSeconds?: number;
  /** The token is no access token: `token_type` is `N_A`, and nothing binds it to a key. */
  readonly notAccessToken?: boolean;
}

export type Grant = (request: GrantRequest) => Granted | Promise<Granted>;
