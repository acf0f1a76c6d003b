import type { AsRequest } from "./as-request.ts";

/** The grants that a token request can name, in Behalf's words. */
export type TokenStepGrant = "clientCredentials" | "tokenExchange" | "onBehalfOf" | "jwtBearer" | "refreshToken";

/** One token request: what was asked of the authorization server, for whom, and what came of it. It holds no token. */
export interface TokenStep {
  /** The grant; one that Behalf does not know is `other`. */
  readonly grant: TokenStepGrant | "other";
  /** The client that asked, whether it proved to be it or not. */
  readonly client?: string;
  /** For whom: the `sub` of the subject token, the assertion or the refresh token. */
  readonly subject?: string;
  /** The `sub` of the actor token. */
  readonly actor?: string;
  readonly audience: readonly string[];
  readonly resource: readonly string[];
  readonly scope: readonly string[];
  /**
   * What came of it: `issued`, the code of an OAuth error, a status like `503`, or `hang`, `stall`, `drop`, `close`.
   * Absent while the request is not answered.
   */
  readonly outcome?: string;
}

const grants: Readonly<Record<string, TokenStepGrant>> = {
  client_credentials: "clientCredentials",
  "urn:ietf:params:oauth:grant-type:token-exchange": "tokenExchange",
  "urn:ietf:params:oauth:grant-type:jwt-bearer": "jwtBearer",
  refresh_token: "refreshToken",
};

function nameGrant({ form }: AsRequest): TokenStep["grant"] {
  const grant = grants[form.get("grant_type") ?? ""] ?? "other";
  return grant === "jwtBearer" && form.get("requested_token_use") === "on_behalf_of" ? "onBehalfOf" : grant;
}

/** Tells what a request to the token endpoint asked for. */
export function toTokenStep(request: AsRequest): TokenStep {
  const { form, presented, subject, actor, outcome } = request;
  return {
    grant: nameGrant(request),
    ...(presented.clientId === undefined ? {} : { client: presented.clientId }),
    ...(subject === undefined ? {} : { subject }),
    ...(actor === undefined ? {} : { actor }),
    audience: form.getAll("audience"),
    resource: form.getAll("resource"),
    scope: form.get("scope")?.split(" ") ?? [],
    ...(outcome === undefined ? {} : { outcome }),
  };
}
