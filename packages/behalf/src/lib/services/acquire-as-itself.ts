import type { AuthContext, ServiceAuthConfig } from "../config/service-auth-config.ts";
import { Outcome } from "../outcome/outcome.ts";
import type { ActorToken } from "../values/actor-token.ts";
import type { DefaultGrantsDependencies } from "./default-grants-dependencies.ts";
import { readAuthAnswers } from "./read-auth-answers.ts";
import { toTokenRequest } from "./to-token-request.ts";

/** Acquires a token for this API itself. What goes wrong before the server is asked is thrown. */
export async function acquireAsItself(
  { clientCredentialsService, tokenMemory }: DefaultGrantsDependencies,
  authConfig: ServiceAuthConfig,
  signal: AbortSignal | undefined,
): Promise<Outcome<ActorToken>> {
  const authContext: AuthContext = { grantType: "clientCredentials", authConfig };
  const answers = await readAuthAnswers(authContext, signal);
  const fillsMemory = clientCredentialsService === tokenMemory.filledBy.clientCredentialsService;
  if (fillsMemory && !answers.forceAuthorization) {
    const held = tokenMemory.findFor("clientCredentials", answers, {});
    if (held) return Outcome.success(held);
  }
  const outcome = await clientCredentialsService.acquireToken(await toTokenRequest(answers, authContext, signal));
  return outcome.map(({ accessToken }) => accessToken);
}
