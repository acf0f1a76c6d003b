import type { ActorToken } from "../values/actor-token.ts";
import type { BareCaller } from "../values/caller.ts";
import { MultiStringValue } from "../values/multi-string-value.ts";
import { freezeDeeply } from "./freeze-deeply.ts";
import type { Members } from "./jwt/read-strict-json.ts";

const readText = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);

function readScopes({ scope, scp }: Members): MultiStringValue {
  const given = scope ?? scp;
  // Scopes are separated by spaces, and by nothing else that looks like one (RFC 6749 section 3.3).
  if (typeof given === "string") return MultiStringValue.from(given.split(" "));
  return MultiStringValue.from(Array.isArray(given) ? given.filter((item) => typeof item === "string") : []);
}

/** What of a caller its claims do not say. */
export interface CallerOrigin {
  readonly token: ActorToken;
  readonly authenticator: string;
  readonly issuer: string;
  readonly tenant: string | undefined;
  /** In epoch milliseconds. */
  readonly expiresAt: number;
}

/** Makes a caller of validated claims. */
export function toBareCaller(claims: Members, origin: CallerOrigin): BareCaller {
  return Object.freeze({
    ...origin,
    subject: readText(claims.sub),
    client: readText(claims.client_id ?? claims.azp ?? claims.cid ?? claims.appid),
    scopes: readScopes(claims),
    // A copy: what came frozen would not be frozen further down.
    claims: freezeDeeply({ ...claims }),
  });
}
