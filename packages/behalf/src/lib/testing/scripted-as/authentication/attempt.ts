import type { AsRequest } from "../as-request.ts";
import type { AssertionAudience, ClientRegistry } from "../clients.ts";
import type { ReplayGuard } from "../replay-guard.ts";

/** What the server judges client authentication by. */
export interface AuthenticationRules {
  readonly clients: ClientRegistry;
  readonly issuer: string;
  readonly tokenEndpoint: string;
  readonly assertionAudiences: readonly AssertionAudience[];
  /** The authority of `tls_client_auth`, PEM. */
  readonly clientCa?: string;
  readonly now: () => number;
  readonly assertions: ReplayGuard;
}

/** One try of a client to authenticate. */
export interface Attempt extends AuthenticationRules {
  readonly request: AsRequest;
}
