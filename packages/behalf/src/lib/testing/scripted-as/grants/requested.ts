import type { JWTPayload } from "jose";
import { OAuthError } from "../answer.ts";
import type { GrantRequest } from "./granted.ts";

/** The audiences and resources that the request names, if the client may ask for them. */
export function listTargets({ client, form }: GrantRequest): readonly string[] {
  const targets = [...form.getAll("audience"), ...form.getAll("resource")];
  const refused = targets.find((target) => client.audiences && !client.audiences.includes(target));
  if (refused !== undefined) throw new OAuthError("invalid_target", `Not allowed: ${refused}`);
  return targets;
}

/** The scope that the request names, or the one that the client has, or none. */
export function readScope({ client, form }: GrantRequest): string | undefined {
  const scope = form.get("scope") ?? client.scope;
  const allowed = client.scope?.split(" ");
  const refused = scope?.split(" ").find((value) => allowed && !allowed.includes(value));
  if (refused !== undefined) throw new OAuthError("invalid_scope", `Not allowed: ${refused}`);
  return scope;
}

function isDetail(value: unknown): boolean {
  return typeof value === "object" && value !== null && "type" in value && typeof value.type === "string";
}

/** The `authorization_details` that the request names (RFC 9396 section 2). */
function readDetails({ form }: GrantRequest): readonly unknown[] | undefined {
  const text = form.get("authorization_details");
  if (text === null) return undefined;
  const invalid = new OAuthError("invalid_authorization_details", "An array of objects with a type is required");
  try {
    const details: unknown = JSON.parse(text);
    if (Array.isArray(details) && details.every(isDetail)) return details;
  } catch {
    throw invalid;
  }
  throw invalid;
}

/** The claims of an access token that the request itself decides. */
export function toRequestedClaims(request: GrantRequest): JWTPayload {
  const targets = listTargets(request);
  const aud = targets.length > 1 ? [...targets] : targets[0];
  const scope = readScope(request);
  const details = readDetails(request);
  return {
    client_id: request.client.clientId,
    ...(aud === undefined ? {} : { aud }),
    ...(scope === undefined ? {} : { scope }),
    ...(details === undefined ? {} : { authorization_details: details }),
  };
}
