import type { Granted, GrantRequest } from "./granted.ts";
import { toRequestedClaims } from "./requested.ts";

export function grantClientCredentials(request: GrantRequest): Granted {
  return { claims: { sub: request.client.clientId, ...toRequestedClaims(request) } };
}
