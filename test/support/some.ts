import type { ScriptedClient } from "behalf/testing";
import { the } from "./the.ts";

type Members = Readonly<Record<string, unknown>>;

/** Builders: a valid example of each thing, with the members that a test cares about changed. */
export const some = {
  /** A client registered at the scripted authorization server. */
  client(changes: Partial<ScriptedClient> = {}): ScriptedClient {
    return { clientId: the.clientId, clientSecret: the.clientSecret, ...changes };
  },

  /** The body of a successful answer of a token endpoint. */
  tokenResponse(changes: Members = {}): Members {
    return { access_token: "an-access-token", token_type: "Bearer", expires_in: 300, ...changes };
  },

  /** The body of a successful answer to a token exchange. */
  exchangeResponse(changes: Members = {}): Members {
    return some.tokenResponse({ issued_token_type: the.accessTokenType, ...changes });
  },

  /** The body of an error answer of a token endpoint. */
  oauthError(error = "invalid_grant", changes: Members = {}): Members {
    return { error, ...changes };
  },

  /** The metadata document of an authorization server. */
  metadata(issuer: string, changes: Members = {}): Members {
    return { issuer, token_endpoint: `${issuer}/token`, jwks_uri: `${issuer}/jwks`, ...changes };
  },

  /** The claims of alice's access token for orders-api. */
  claims(changes: Members = {}): { sub: string; aud: string; [claim: string]: unknown } {
    return { sub: the.alice, aud: the.clientId, scope: "orders", client_id: "web-shop", ...changes };
  },

  /** The parameters of a token exchange request, as they go over the wire. */
  exchangeForm(subjectToken: string, changes: Readonly<Record<string, string>> = {}): URLSearchParams {
    return new URLSearchParams({
      grant_type: the.tokenExchangeGrant,
      subject_token: subjectToken,
      subject_token_type: the.accessTokenType,
      audience: the.audience,
      ...changes,
    });
  },
};
