import { OAuthError } from "../answer.ts";
import type { RefreshGrant } from "../refresh-tokens.ts";
import type { Granted, GrantRequest } from "./granted.ts";
import { listTargets, toRequestedClaims } from "./requested.ts";

function checkHolder({ clientId, jkt }: RefreshGrant, request: GrantRequest): void {
  if (clientId !== request.client.clientId) {
    throw new OAuthError("invalid_grant", "The refresh token is another client's");
  }
  if (jkt !== undefined && jkt !== request.jkt) {
    throw new OAuthError("invalid_grant", "The refresh token is bound to another key");
  }
}

/** RFC 6749 section 6: never more than was granted. */
function narrowScope({ scope }: RefreshGrant, { form }: GrantRequest): string | undefined {
  const asked = form.get("scope");
  if (asked === null) return scope;
  const granted = scope?.split(" ") ?? [];
  const refused = asked.split(" ").find((value) => !granted.includes(value));
  if (refused !== undefined) throw new OAuthError("invalid_scope", `Not granted: ${refused}`);
  return asked;
}

function narrowAudience({ audience }: RefreshGrant, request: GrantRequest): readonly string[] {
  const targets = listTargets(request);
  if (audience === undefined) return targets;
  const granted = [audience].flat();
  const refused = targets.find((target) => !granted.includes(target));
  if (refused !== undefined) throw new OAuthError("invalid_target", `Not granted: ${refused}`);
  return targets.length > 0 ? targets : granted;
}

/** Gives an access token for a refresh token, and a new refresh token if the grant rotates. */
export function grantByRefreshToken(request: GrantRequest): Granted {
  const { form, refreshTokens } = request;
  const token = form.get("refresh_token");
  if (!token) throw new OAuthError("invalid_request", '"refresh_token" is required');
  const grant = refreshTokens.read(token);
  checkHolder(grant, request);
  const scope = narrowScope(grant, request);
  const audience = narrowAudience(grant, request);
  const { scope: _usual, ...claims } = toRequestedClaims(request);
  const next = refreshTokens.rotate(token);
  return {
    claims: {
      ...claims,
      sub: grant.sub,
      ...(scope === undefined ? {} : { scope }),
      ...(audience.length > 0 ? { aud: audience.length > 1 ? [...audience] : String(audience[0]) } : {}),
    },
    ...(next === undefined ? {} : { members: { refresh_token: next } }),
  };
}
