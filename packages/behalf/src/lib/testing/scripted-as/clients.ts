import type { JWK } from "jose";

/** How a client proves who it is: the names of the metadata, and those of workloads. */
export type ClientAuthenticationMethod =
  | "client_secret_basic"
  | "client_secret_post"
  | "client_secret_jwt"
  | "private_key_jwt"
  | "tls_client_auth"
  | "self_signed_tls_client_auth"
  | "workload_identity"
  | "spiffe_jwt"
  | "none";

/** Which `aud` of a client assertion the server takes for itself. */
export type AssertionAudience = "issuer" | "tokenEndpoint";

/** A workload whose token, signed by someone else, is the client's credential. */
export interface WorkloadIdentity {
  /** `spiffe_jwt` comes under its own assertion type. @default "workload_identity" */
  readonly method?: "workload_identity" | "spiffe_jwt";
  /** The `iss` of its tokens. @default any, for SPIFFE */
  readonly issuer?: string;
  readonly subject: string;
  /** The public keys of the foreign issuer. */
  readonly keys: readonly JWK[];
  /** @default this server, by the rule for client assertions */
  readonly audience?: string;
}

/** A client that the scripted authorization server knows. */
export interface ScriptedClient {
  readonly clientId: string;
  readonly clientSecret?: string | undefined;
  /** All secrets that are good at this moment; stands in the place of `clientSecret`. */
  readonly clientSecrets?: readonly string[];
  /** The public keys for `private_key_jwt`, chosen by `kid` or `x5t#S256`. */
  readonly keys?: readonly JWK[];
  /** The subject of its certificate for `tls_client_auth`, like `CN=orders-api,O=Example`. */
  readonly tlsSubject?: string;
  /** The SHA-256 thumbprints (base64url) of its certificates for `self_signed_tls_client_auth`. */
  readonly certificateThumbprints?: readonly string[];
  readonly workloads?: readonly WorkloadIdentity[];
  /** The one method it may authenticate by. @default any that it has a credential for; `none` if it has none */
  readonly authenticationMethod?: ClientAuthenticationMethod;
  /** The methods it may authenticate by. */
  readonly authenticationMethods?: readonly ClientAuthenticationMethod[];
  /** How id and secret stand in basic authentication. @default "form" (RFC 6749 section 2.3.1) */
  readonly basicEncoding?: "form" | "raw";
  /** @default what the server takes */
  readonly assertionAudiences?: readonly AssertionAudience[];
  /** Demands `client_id` in the body whatever the method. */
  readonly wantsClientIdInBody?: boolean;
  /** The grant types it may use. @default any */
  readonly grants?: readonly string[];
  /** Binds its tokens to its certificate (RFC 8705 section 3), and demands one. */
  readonly certificateBound?: boolean;
  /** Demands a DPoP proof (RFC 9449 section 5.2). */
  readonly dpopBound?: boolean;
  /** The scopes it may ask for, separated by spaces. @default any */
  readonly scope?: string;
  /** The audiences and resources it may ask for. @default any */
  readonly audiences?: readonly string[];
}

/** What of a client is to change. */
export type ClientChanges = Partial<Omit<ScriptedClient, "clientId">>;

/** The clients of the server. They can be changed while it runs. */
export interface ClientRegistry {
  list(): readonly ScriptedClient[];
  find(clientId: string): ScriptedClient | undefined;
  /** Changes a client, or throws if it is not there. */
  change(clientId: string, changes: ClientChanges): void;
}

export function createClientRegistry(initial: readonly ScriptedClient[]): ClientRegistry {
  const clients = new Map(initial.map((client) => [client.clientId, client]));

  return {
    list: () => [...clients.values()],
    find: (clientId) => clients.get(clientId),
    change(clientId, changes) {
      const client = clients.get(clientId);
      if (!client) throw new Error(`There is no client "${clientId}"`);
      clients.set(clientId, { ...client, ...changes });
    },
  };
}

export function listSecrets({ clientSecret, clientSecrets }: ScriptedClient): readonly string[] {
  return clientSecrets ?? (clientSecret === undefined ? [] : [clientSecret]);
}

function hasCredential(client: ScriptedClient): boolean {
  const { keys = [], certificateThumbprints = [], workloads = [] } = client;
  return (
    client.tlsSubject !== undefined ||
    [listSecrets(client), keys, certificateThumbprints, workloads].some((credentials) => credentials.length > 0)
  );
}

/** Tells whether the client is registered for the method; a client without any credential is a public one. */
export function mayUse(client: ScriptedClient, method: ClientAuthenticationMethod): boolean {
  const listed = client.authenticationMethods ?? (client.authenticationMethod && [client.authenticationMethod]);
  if (listed) return listed.includes(method);
  return method !== "none" || !hasCredential(client);
}
