import type { ServerParts } from "../server/server-parts.ts";

/** The grant type of JWT assertions (RFC 7523), which the on-behalf-of flow of Microsoft Entra uses too. */
export const jwtBearerGrant = "urn:ietf:params:oauth:grant-type:jwt-bearer";

/** The parameters of the grant, besides those that authenticate the client. */
export const jwtBearerParameters: readonly string[] = [
  "assertion",
  "requested_token_use",
  "audience",
  "resource",
  "scope",
];

/** What the parameters ask for. */
export interface AssertionRequest {
  readonly assertion: string;
  /** Whether Entra's on-behalf-of flow is meant, and not plain RFC 7523. */
  readonly onBehalfOf: boolean;
}

/** Reads the parameters; says `invalid_request` to what is missing or not supported. */
export function readAssertionRequest(
  { library }: ServerParts,
  parameters: Readonly<Record<string, unknown>>,
): AssertionRequest {
  const { InvalidRequest } = library.errors;
  const { assertion, requested_token_use: use, scope } = parameters;
  if (typeof assertion !== "string" || assertion === "") throw new InvalidRequest("assertion is missing");
  if (use !== undefined && use !== "on_behalf_of") throw new InvalidRequest("requested_token_use must be on_behalf_of");
  const onBehalfOf = use !== undefined;
  if (onBehalfOf && (typeof scope !== "string" || scope === "")) throw new InvalidRequest("scope is missing");
  return { assertion, onBehalfOf };
}
