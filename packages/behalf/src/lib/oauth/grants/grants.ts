import type { RequestableGrant } from "../token-request.ts";
import { clientCredentialsGrant } from "./client-credentials.ts";
import type { Grant } from "./grant.ts";
import { jwtBearerGrant } from "./jwt-bearer.ts";
import { onBehalfOfGrant } from "./on-behalf-of.ts";
import { refreshTokenGrant } from "./refresh-token.ts";
import { tokenExchangeGrant } from "./token-exchange.ts";

/** How each grant speaks. */
export const grants: Readonly<Record<RequestableGrant, Grant>> = {
  clientCredentials: clientCredentialsGrant,
  tokenExchange: tokenExchangeGrant,
  onBehalfOf: onBehalfOfGrant,
  jwtBearer: jwtBearerGrant,
  refreshToken: refreshTokenGrant,
};
