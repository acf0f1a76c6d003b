import type { ServiceAuthConfig } from "../config/service-auth-config.ts";
import type { Scope } from "../context/scope.ts";
import { CallerTokenError } from "../errors/caller-token-error.ts";
import { ConfigurationError } from "../errors/configuration-error.ts";
import { MissingContextError } from "../errors/missing-context-error.ts";
import { Outcome } from "../outcome/outcome.ts";
import type { ActorToken } from "../values/actor-token.ts";

const boundToItsSender = (configPath: string): ConfigurationError =>
  new ConfigurationError([
    {
      path: `${configPath}.grantType`,
      given: "forward, of a token that is bound to its sender",
      fix: "Exchange it: nobody but the caller can show it.",
    },
  ]);

/** The caller's own token: what a refresh token gives in its place is this API's, and is not forwarded. */
export function readOwnToken(
  { configPath }: ServiceAuthConfig,
  scope: Scope | undefined,
  named: ActorToken | undefined,
): Outcome<ActorToken> {
  const { caller } = scope ?? {};
  const own = named ?? caller?.token;
  if (own && own === caller?.token && caller.claims.cnf !== undefined) {
    return Outcome.fail(boundToItsSender(configPath));
  }
  if (own) return Outcome.success(own);
  const isInRequest = scope?.standing === "caller" && !scope.capability;
  return Outcome.fail(
    isInRequest ? new CallerTokenError("missing") : new MissingContextError("the caller's own token"),
  );
}
