import type { DelegatedGrant } from "../config/auth-settings.ts";
import { defaultAuthSettings } from "../config/default-auth-settings.ts";
import type { AuthContext, ServiceAuthConfig } from "../config/service-auth-config.ts";
import { ConfigurationError } from "../errors/configuration-error.ts";
import { isWithoutAccess } from "../oauth/token-types.ts";
import { Outcome } from "../outcome/outcome.ts";
import { ActorToken } from "../values/actor-token.ts";
import { MultiStringValue } from "../values/multi-string-value.ts";
import { acquireAsItself } from "./acquire-as-itself.ts";
import type { DefaultGrantsDependencies } from "./default-grants-dependencies.ts";
import { DerivedAuthConfig } from "./derived-auth-config.ts";
import { nothingRead } from "./nothing-read.ts";
import { type AuthAnswers, readAuthAnswers } from "./read-auth-answers.ts";
import { toTokenRequest } from "./to-token-request.ts";
import type { TokenRequestOptions } from "./token-services.ts";

/** A token that is wanted on behalf of somebody. */
export interface DelegatedWish {
  readonly grantType: DelegatedGrant;
  readonly authConfig: ServiceAuthConfig;
  readonly subjectToken: ActorToken;
  readonly signal: AbortSignal | undefined;
}

const untargeted = {
  audience: MultiStringValue.empty,
  resource: MultiStringValue.empty,
  scope: MultiStringValue.empty,
  parameters: [],
};

/** The token of who acts: this API's own, for no backend in particular, or that of a source. */
async function readActor(
  dependencies: DefaultGrantsDependencies,
  { grantType, authConfig, signal }: DelegatedWish,
): Promise<ActorToken | undefined> {
  const { actorToken: setting } = authConfig.settings ?? defaultAuthSettings;
  if (setting === undefined || grantType !== "tokenExchange") return undefined;
  if (setting === "clientCredentials") {
    return (await acquireAsItself(dependencies, new DerivedAuthConfig(authConfig, untargeted), signal)).unwrap();
  }
  const secret = await setting.read({ grantType, authConfig }, { signal });
  if (!secret) throw nothingRead(authConfig.configPath, "actorToken");
  return new ActorToken(secret.value());
}

async function toFirstRequest(
  { authConfig, signal }: DelegatedWish,
  { identityProvider }: AuthAnswers,
): Promise<TokenRequestOptions | undefined> {
  const first = authConfig.settings?.identityProvider;
  if (!first || !identityProvider) return undefined;
  return toTokenRequest(identityProvider, { grantType: "tokenExchange", authConfig: first }, signal);
}

const withoutAccess = (configPath: string): ConfigurationError =>
  new ConfigurationError([
    {
      path: `${configPath}.requestedTokenType`,
      given: "a kind of token that opens nothing at a backend",
      fix: "Take it out, or ask for an access token.",
    },
  ]);

/** Acquires a token on behalf of a subject. What goes wrong before the server is asked is thrown. */
export async function acquireDelegated(
  dependencies: DefaultGrantsDependencies,
  wish: DelegatedWish,
): Promise<Outcome<ActorToken>> {
  const { tokenExchangeService, tokenMemory } = dependencies;
  const { grantType, authConfig, subjectToken, signal } = wish;
  const authContext: AuthContext = { grantType, authConfig };
  const answers = await readAuthAnswers(authContext, signal);
  if (isWithoutAccess(answers.requestedTokenType)) throw withoutAccess(authConfig.configPath);
  const actor = { actorToken: await readActor(dependencies, wish), actorTokenType: answers.settings?.actorTokenType };
  const fillsMemory = tokenExchangeService === tokenMemory.filledBy.tokenExchangeService;
  if (fillsMemory && !answers.forceAuthorization) {
    const held = tokenMemory.findFor(grantType, answers, { subject: subjectToken, ...actor });
    if (held) return Outcome.success(held);
  }
  const outcome = await tokenExchangeService.exchange({
    ...(await toTokenRequest(answers, authContext, signal)),
    ...actor,
    grantType,
    subjectToken,
    requestedTokenType: answers.requestedTokenType,
    identityProvider: await toFirstRequest(wish, answers),
  });
  return outcome.map(({ accessToken }) => accessToken);
}
