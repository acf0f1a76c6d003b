import type { ConfigDelegate } from "../config/config-delegate.ts";
import type { AuthContext, ServiceAuthConfig } from "../config/service-auth-config.ts";
import { ConfigurationError } from "../errors/configuration-error.ts";
import { Outcome } from "../outcome/outcome.ts";
import { type Awaitable, guardOutcome, whenReady } from "../outcome/outcome-promise.ts";
import { MultiStringValue } from "../values/multi-string-value.ts";
import { Secret } from "../values/secret.ts";
import type { CredentialAnswers } from "./derived-auth-config.ts";

type Empty = "clientId" | "clientSecret";

const refuseEmpty = ({ authConfig: { configPath } }: AuthContext, key: Empty): Outcome<never> => {
  const path = configPath === "" ? key : `${configPath}.${key}`;
  const fix = "Let getClientCredentials give one, or leave it out if the configuration has it.";
  return Outcome.fail(new ConfigurationError([{ path, given: "an empty text from the config delegate", fix }]));
};

const toSecret = (given: Secret | string): Secret => (typeof given === "string" ? new Secret(given) : given);

/** Takes the delegate's answer, or the configuration's where it has none. What the delegate throws is the answer. */
function firstOf<answer, value>(
  asked: () => Awaitable<answer | undefined> | undefined,
  use: (answer: answer) => Awaitable<Outcome<value>> | undefined,
  configured: () => Awaitable<Outcome<value>>,
): Awaitable<Outcome<value>> {
  return guardOutcome(() =>
    whenReady<answer | undefined, Outcome<value>>(
      asked(),
      (answer) => (answer === undefined ? undefined : use(answer)) ?? configured(),
    ),
  );
}

/** Lets a delegate answer ahead of the configuration. */
export function createDelegateAnswers(
  delegate: ConfigDelegate | undefined,
  toConfig: (authContext: AuthContext) => ServiceAuthConfig,
): CredentialAnswers {
  return {
    getClientId: (authContext, options) =>
      firstOf(
        () => delegate?.getClientCredentials?.(authContext, options),
        ({ clientId }) => (clientId === "" ? refuseEmpty(authContext, "clientId") : Outcome.success(clientId)),
        () => toConfig(authContext).getClientId(authContext, options),
      ),
    getClientSecret: (authContext, options) =>
      firstOf(
        () => delegate?.getClientCredentials?.(authContext, options),
        ({ clientSecret }) => {
          if (clientSecret === undefined) return undefined;
          const secret = toSecret(clientSecret);
          return secret.value() === "" ? refuseEmpty(authContext, "clientSecret") : Outcome.success(secret);
        },
        () => toConfig(authContext).getClientSecret(authContext, options),
      ),
    getScope: (authContext, options) =>
      firstOf(
        () => delegate?.getScope?.(authContext, options),
        (scope) => Outcome.success(MultiStringValue.from(scope)),
        () => toConfig(authContext).getScope(authContext, options),
      ),
  };
}
