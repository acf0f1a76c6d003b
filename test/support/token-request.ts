import { defaultAuthSettings } from "../../packages/behalf/src/lib/config/default-auth-settings.ts";
import type { ServerMetadata } from "../../packages/behalf/src/lib/oauth/discover.ts";
import type {
  ServerConnection,
  ServerFetch,
  ServerRequest,
} from "../../packages/behalf/src/lib/oauth/server-connection.ts";
import type { TokenRequest } from "../../packages/behalf/src/lib/oauth/token-request.ts";
import { createServerFetch } from "../../packages/behalf/src/lib/transport/server-fetch.ts";
import { createTransport } from "../../packages/behalf/src/lib/transport/transport.ts";
import { ActorToken } from "../../packages/behalf/src/lib/values/actor-token.ts";
import { MultiStringValue } from "../../packages/behalf/src/lib/values/multi-string-value.ts";
import { Secret } from "../../packages/behalf/src/lib/values/secret.ts";
import { the } from "./the.ts";

const secrets = { clientId: the.clientId, clientSecret: new Secret(the.clientSecret) };

/** A client credentials request of the SDK. */
export function someTokenRequest(changes: Partial<TokenRequest> = {}): TokenRequest {
  return {
    grantType: "clientCredentials",
    credentials: { ...secrets, authentication: "client_secret_basic" },
    audience: MultiStringValue.empty,
    resource: MultiStringValue.empty,
    scope: MultiStringValue.empty,
    requestedTokenType: undefined,
    subject: undefined,
    actor: undefined,
    parameters: [],
    dpop: undefined,
    identity: undefined,
    certificateBound: false,
    dialect: defaultAuthSettings.dialect,
    audienceGuard: "warn",
    refreshReuse: false,
    service: "services.inventory",
    ...changes,
  };
}

/** A token exchange request of the SDK. */
export function someExchange(changes: Partial<TokenRequest> = {}): TokenRequest {
  const subject = { token: new ActorToken("alice-token"), tokenType: the.accessTokenType };
  return someTokenRequest({ grantType: "tokenExchange", subject, ...changes });
}

/** The metadata of an authorization server. */
export function someMetadata(issuer: string, changes: Partial<ServerMetadata> = {}): ServerMetadata {
  return {
    issuer,
    tokenEndpoint: new URL(`${issuer}/token`),
    mtlsTokenEndpoint: undefined,
    introspectionEndpoint: undefined,
    mtlsIntrospectionEndpoint: undefined,
    userinfoEndpoint: undefined,
    jwksUri: undefined,
    ...changes,
  };
}

/** A connection over a function that stands for the network. */
export function connectBy(fetch: ServerFetch, authority = "https://as.example.com"): ServerConnection {
  return { authority: new URL(authority), insecureRequestsAllowed: false, fetch };
}

/** A connection over real sockets; they must be closed. */
export function connectTo(authority: string): { readonly connection: ServerConnection; close(): Promise<void> } {
  const transport = createTransport({ connectTimeoutMs: 2_000 });
  return { connection: connectBy(createServerFetch(transport), authority), close: () => transport.close() };
}

/** An answer in JSON. */
export function answer(body: unknown, status = 200, headers: Readonly<Record<string, string>> = {}): Response {
  return Response.json(body, { status, headers });
}

/** A network that gives these answers, one a request and the last one for ever, and remembers what was asked. */
export function createNetwork(...answers: readonly (() => Response | Promise<Response>)[]): {
  readonly fetch: ServerFetch;
  readonly asked: readonly { readonly url: string; readonly request: ServerRequest }[];
} {
  const asked: { url: string; request: ServerRequest }[] = [];
  return {
    asked,
    async fetch(url, request) {
      asked.push({ url, request });
      const next = answers[Math.min(asked.length, answers.length) - 1];
      if (!next) throw new TypeError("There is no network.");
      return next();
    },
  };
}
