import type { JWK } from "jose";
import type { ServerFetch } from "../../../index.ts";
import type { AsEndpoint } from "./as-request.ts";
import type { ClientChanges } from "./clients.ts";
import type { DpopOptions } from "./dpop-nonces.ts";
import type { FaultScript } from "./fault-script.ts";
import type { Gate } from "./gate.ts";
import type { MintedClaims } from "./issuing.ts";
import type { RefreshGrant } from "./refresh-tokens.ts";
import type { RequestLog } from "./request-log.ts";
import type { SigningChoice } from "./signing-keys.ts";

/** An authorization server in this process that does what the test tells it to. */
export interface ScriptedAs extends RequestLog {
  /** What `createBehalf` takes as its `authority`. */
  readonly issuer: string;
  /** The origin: the issuer without its path. */
  readonly url: string;
  readonly tokenEndpoint: string;
  /** The token endpoint of the mutual TLS alias, or the usual one if there is no alias. */
  readonly mtlsTokenEndpoint: string;
  readonly introspectionEndpoint: string;
  readonly userinfoEndpoint: string;
  readonly jwksUri: string;
  /**
   * Takes requests without any socket: what `createBehalf` takes as its `fetch`. Faults are as they are over a
   * connection; an answer that stalls or is larger than 1 MiB does not arrive at all. Other servers are not reached.
   */
  readonly fetch: ServerFetch;
  readonly faults: FaultScript;
  /** Keeps the requests to an endpoint waiting until the gate is released. @default "token" */
  hold(endpoint?: AsEndpoint): Gate;
  /** Signs with another key from now on; the one before stays published unless `keepPrevious` is false. */
  rotateKeys(options?: { readonly keepPrevious?: boolean }): Promise<void>;
  /** The public keys that are published at this moment. */
  publicKeys(): readonly JWK[];
  /**
   * Mints a signed access token without any request: a caller's token for the API under test.
   *
   * @example const token = await as.issue({ sub: "alice", scope: "orders" });
   */
  issue(claims: MintedClaims, choice?: SigningChoice): Promise<string>;
  /** Gives out an opaque access token without any request: its claims are known by introspection alone. */
  issueOpaque(claims: MintedClaims): string;
  /** Ends an access token, opaque or not: introspection calls it inactive, and userinfo refuses it. */
  revoke(token: string): void;
  /** Says what userinfo answers about a subject, beside its `sub`. */
  setUserInfo(sub: string, claims: Readonly<Record<string, unknown>>): void;
  /** Gives out a refresh token without any request. */
  issueRefreshToken(grant: RefreshGrant): string;
  /** Ends a refresh token and every other of its family. */
  revokeRefreshToken(token: string): void;
  /** Changes a client from the next request on, or throws if it is not there. */
  setClient(clientId: string, changes: ClientChanges): void;
  /** Changes how proofs of possession are treated from the next request on. */
  setDpop(changes: DpopOptions): void;
  /** Ends everything, waiting requests and faults as well. Closing twice is allowed. */
  close(): Promise<void>;
}
