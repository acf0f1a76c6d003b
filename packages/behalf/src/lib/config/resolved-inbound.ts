import type { JWK } from "jose";
import type { MultiStringValue } from "../values/multi-string-value.ts";
import type { AuthNode } from "./auth-node.ts";
import type {
  AuthenticateCaller,
  AuthenticatorType,
  ClaimsTransformation,
  DevProxyRequest,
} from "./inbound-options.ts";

/** One way of looking at callers, ready for use. */
export interface ResolvedAuthenticator {
  /** `default`, where `inbound` itself is the only one. */
  readonly name: string;
  readonly configPath: string;
  readonly type: AuthenticatorType;
  /** The server that issues the tokens, and this API's credentials there. */
  readonly auth: AuthNode;
  readonly audience: MultiStringValue;
  /** The issuers that are configured; none where the authority's metadata names it. */
  readonly issuers: readonly string[];
  /** In lower case. */
  readonly headers: readonly string[];
  readonly algorithms: readonly string[];
  readonly clockToleranceMs: number;
  readonly requiredScopes: MultiStringValue;
  readonly jwksCooldownMs: number;
  /** The pinned keys; `undefined` where the server's are fetched. */
  readonly keys: readonly JWK[] | undefined;
  readonly profile: "rfc9068" | "any";
  readonly maxLifeMs: number | undefined;
  /** Empty where a token may begin with anything. */
  readonly tokenPrefix: string;
  readonly byRouteOnly: boolean;
  readonly keepMs: number;
  readonly introspectionAuthorization: "client" | "bearer";
  /** Of type `custom` alone. */
  readonly authenticate: AuthenticateCaller | undefined;
}

/** How bound tokens are accepted. */
export interface ResolvedInboundDpop {
  readonly required: boolean;
  readonly nonce: boolean;
  readonly algorithms: readonly string[];
  readonly proofLifeMs: number;
}

/** Who the caller is, beyond what the token says. */
export interface ResolvedIdentity {
  readonly source: "token" | "userInfo";
  readonly userInfoGrant: "forward" | "tokenExchange";
  /** Asks for the token that userinfo is asked with. */
  readonly auth: AuthNode;
  readonly transformations: readonly ClaimsTransformation[];
  readonly keepMs: number;
}

/** The development proxy. */
export interface ResolvedDevProxy {
  readonly url: URL;
  readonly muted: (request: DevProxyRequest) => boolean;
}

/** How callers are validated. */
export interface ResolvedInbound {
  readonly authenticators: readonly [ResolvedAuthenticator, ...ResolvedAuthenticator[]];
  /** Gives the URL by which clients know this API, without a slash at its end; `undefined` where none is given. */
  readonly resource: (() => string) | undefined;
  /** Other URLs of this API, without a slash at their end. */
  readonly publicUrls: readonly string[];
  readonly resourceMetadata: Readonly<Record<string, unknown>>;
  /** `undefined` where bound tokens cannot be accepted. */
  readonly dpop: ResolvedInboundDpop | undefined;
  /** In lower case. */
  readonly clientCertificateHeader: string | undefined;
  readonly identity: ResolvedIdentity;
  readonly devProxy: ResolvedDevProxy | undefined;
  readonly backchannelLogout: { readonly path: string; readonly audience: MultiStringValue } | undefined;
  readonly validatedTokens: { readonly maxEntries: number; readonly maxBytes: number };
}
