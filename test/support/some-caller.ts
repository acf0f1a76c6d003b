import { ActorToken } from "../../packages/behalf/src/lib/values/actor-token.ts";
import type { Caller } from "../../packages/behalf/src/lib/values/caller.ts";
import { MultiStringValue } from "../../packages/behalf/src/lib/values/multi-string-value.ts";
import { Principal } from "../../packages/behalf/src/lib/values/principal.ts";

/** Alice, as a test of one part wants her: with what it cares about changed. */
export function someCaller(changes: Partial<Caller> = {}): Caller {
  const { claims = {}, subject = "alice", scopes = MultiStringValue.empty } = changes;
  return {
    token: new ActorToken("t"),
    authenticator: "default",
    issuer: "https://as.example",
    tenant: undefined,
    subject,
    client: "web-shop",
    scopes,
    expiresAt: 1,
    claims,
    principal: new Principal({ claims, subject, scopes, isSystem: false, source: "token" }),
    ...changes,
  };
}
