import type { AuthContext } from "../config/service-auth-config.ts";
import type { AuthAnswers } from "./read-auth-answers.ts";
import { readCredentials } from "./read-credentials.ts";
import type { TokenRequestOptions } from "./token-services.ts";

/**
 * Completes what a configuration answered by what this API proves itself with.
 *
 * @throws {ConfigurationError} when there is nothing to prove it with
 */
export async function toTokenRequest(
  answers: AuthAnswers,
  authContext: AuthContext,
  signal: AbortSignal | undefined,
): Promise<TokenRequestOptions> {
  return { ...answers, credentials: await readCredentials(answers.credentials, { authContext, signal }), signal };
}
