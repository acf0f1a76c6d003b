import type { ServiceAuthConfig } from "../config/service-auth-config.ts";
import type { OutcomePromise } from "../outcome/outcome-promise.ts";
import type { Transport } from "../transport/transport.ts";
import type { ActorToken } from "../values/actor-token.ts";

/** Obtains the authorization of a client: an {@link ActorToken} to be used in requests. */
export interface AuthorizationService {
  authorize(
    options: HttpClientOptions,
    cancel?: { readonly signal?: AbortSignal | undefined },
  ): OutcomePromise<ActorToken>;
}

/** What {@link HttpClientOptions} hold. */
export interface HttpClientSettings {
  /** How the token is obtained. */
  readonly authConfig?: ServiceAuthConfig | undefined;
  /** On whose behalf; without it, the caller of the current request. */
  readonly actorToken?: ActorToken | undefined;
  /** What sends the requests; without it, the transport of the provider. */
  readonly transport?: Transport | undefined;
  /** Whether a token is asked for that no cache holds. @default false */
  readonly forceAuthorization?: boolean;
  /** Who authorizes; without it, the provider itself. */
  readonly authorizationService?: AuthorizationService | undefined;
  /** The message id that is sent; without it, that of the current request. */
  readonly messageId?: string | undefined;
  /** The tenant; without it, the one that the configuration chooses for the current request. */
  readonly tenant?: string | undefined;
}

/** Says how to configure and authorize a client. Immutable: `with…` returns a copy. */
export class HttpClientOptions {
  readonly authConfig: ServiceAuthConfig | undefined;
  readonly actorToken: ActorToken | undefined;
  readonly transport: Transport | undefined;
  readonly forceAuthorization: boolean;
  readonly authorizationService: AuthorizationService | undefined;
  readonly messageId: string | undefined;
  readonly tenant: string | undefined;

  constructor(settings: HttpClientSettings = {}) {
    this.authConfig = settings.authConfig;
    this.actorToken = settings.actorToken;
    this.transport = settings.transport;
    this.forceAuthorization = settings.forceAuthorization ?? false;
    this.authorizationService = settings.authorizationService;
    this.messageId = settings.messageId;
    this.tenant = settings.tenant;
    Object.freeze(this);
  }

  /** A copy that obtains its token in another way. */
  withAuthConfig(authConfig: ServiceAuthConfig): HttpClientOptions {
    return new HttpClientOptions({ ...this, authConfig });
  }

  /** A copy that acts on behalf of another. */
  withActorToken(actorToken: ActorToken): HttpClientOptions {
    return new HttpClientOptions({ ...this, actorToken });
  }

  /** A copy whose requests another transport sends. */
  withTransport(transport: Transport): HttpClientOptions {
    return new HttpClientOptions({ ...this, transport });
  }

  /** A copy that asks for a token that no cache holds. */
  withForceAuthorization(forceAuthorization = true): HttpClientOptions {
    return new HttpClientOptions({ ...this, forceAuthorization });
  }

  /** A copy that another service authorizes. */
  withAuthorizationService(authorizationService: AuthorizationService): HttpClientOptions {
    return new HttpClientOptions({ ...this, authorizationService });
  }

  /** A copy for a tenant. */
  withTenant(tenant: string): HttpClientOptions {
    return new HttpClientOptions({ ...this, tenant });
  }

  /** A copy with another message id. */
  withMessageId(messageId: string): HttpClientOptions {
    return new HttpClientOptions({ ...this, messageId });
  }
}
