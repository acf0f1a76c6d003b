/** What an editor says of the properties below `inbound`, by their path there; those of an authenticator by `inbound` too. */
export const inboundDescriptions: Readonly<Record<string, string>> = {
  "inbound.type":
    'What is validated: "jwt", tokens that their issuer is asked about ("introspection"), assertions of a "sidecar", or "custom". Default: "jwt".',
  "inbound.audience": "Whom a token must be for: one of these must be in its aud. There is no default, but for custom.",
  "inbound.authenticators": "Several ways of looking at callers, by name. Each has from inbound what it does not say.",
  "inbound.authority": "The server that issues callers' tokens. Default: the root's.",
  "inbound.authorizationHeader": 'The headers that may carry the token. Default: "authorization".',
  "inbound.requiredScopes": "Scopes that every token must have; without them the answer is 403.",
  "inbound.keys": "The keys that tokens must be signed with (RFC 7517 section 5). Default: the server's.",
  "inbound.keys.keys": "The public keys, each a JWK.",
  "inbound.profile": 'What a JWT must be like: as RFC 9068 has it, or any. Default: "any".',
  "inbound.maxLifeMs":
    "How long after its iat a JWT may end, in milliseconds. Default: for a sidecar 300000, else no bound.",
  "inbound.tokenPrefix": "What every token of introspection or custom begins with. Default: anything.",
  "inbound.byRouteOnly": "Whether only routes that name the authenticator use it. Default: false.",
  "inbound.keepMs":
    "How long the answer about a token of introspection or custom is used, in milliseconds. Default: 60000.",
  "inbound.introspectionAuthorization":
    'How introspection is authorized: as the client, or by a token of its own ("bearer"). Default: "client".',
  "inbound.resource": "The URL by which clients know this API (RFC 9728).",
  "inbound.publicUrls": "Other URLs under which clients reach this API.",
  "inbound.resourceMetadata": "What the protected resource metadata says besides (RFC 9728 section 2).",
  "inbound.dpop":
    "How tokens that are bound to a key are accepted (RFC 9449). Default: they are, where resource is given.",
  "inbound.dpop.required": "Whether every token must be bound. Default: false.",
  "inbound.dpop.nonce": "Whether a proof must hold a nonce of this API. Default: false.",
  "inbound.dpop.algorithms": "The signature algorithms of proofs. Default: those of inbound.",
  "inbound.dpop.proofLifeMs": "How old a proof may be, in milliseconds. Default: 60000.",
  "inbound.clientCertificateHeader":
    "The header by which a proxy in front tells the client's certificate (RFC 9440). Default: none.",
  "inbound.identity": "Who the caller is, beyond what the token says.",
  "inbound.identity.source": 'Where it stands: in the token, or at the issuer\'s userinfo endpoint. Default: "token".',
  "inbound.identity.userInfoGrant":
    'The token that userinfo is asked with: the caller\'s own, or one by exchange. Default: "forward".',
  "inbound.identity.scope": "The scopes of the exchange for userinfo.",
  "inbound.identity.audience": "The audience of the exchange for userinfo.",
  "inbound.identity.resource": "The resource of the exchange for userinfo.",
  "inbound.identity.keepMs": "How long the principal of a token is used, in milliseconds. Default: 60000.",
  "inbound.devProxy": "On a developer's machine: takes the sidecar's place for requests that come without it.",
  "inbound.devProxy.url": "Where the sidecar gives the assertion for a token.",
  "inbound.devProxy.mutedWhen":
    "Criteria of requests that the proxy leaves alone, such as headers[X-Real-Sidecar] == yes.",
  "inbound.backchannelLogout": "Where the authorization server says that a session has ended. Default: nowhere.",
  "inbound.backchannelLogout.path": 'The path that is answered. Default: "/backchannel-logout".',
  "inbound.backchannelLogout.audience": "Whom a logout token must be for. Default: the client id.",
  "inbound.validatedTokens": "How many validated tokens are remembered.",
  "inbound.validatedTokens.maxEntries": "How many. Default: 10000.",
};
