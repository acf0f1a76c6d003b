/** The fixed facts that tests share, by their roles in the story: alice calls orders-api, which calls inventory. */
export const the = {
  clientId: "orders-api",
  clientSecret: "orders-api-secret",
  /** A secret that comes through basic authentication only if both sides encode it (RFC 6749 section 2.3.1). */
  awkwardSecret: "s%3Acret:+ &=/é",
  otherClientId: "billing-api",
  otherClientSecret: "billing-api-secret",

  alice: "alice",
  bob: "bob",
  tenant: "tenant1",

  audience: "inventory",
  otherAudience: "shipping",
  resource: "https://inventory.example.com/",
  scope: "stock:read",
  otherScope: "stock:write",
  /** Stands in every field that must never be printed, so that a search for it finds each leak. */
  markerSecret: "marker-5ec2e7",

  clientCredentialsGrant: "client_credentials",
  tokenExchangeGrant: "urn:ietf:params:oauth:grant-type:token-exchange",
  accessTokenType: "urn:ietf:params:oauth:token-type:access_token",
  jwtTokenType: "urn:ietf:params:oauth:token-type:jwt",
} as const;
