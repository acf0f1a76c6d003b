import { defaultAuthSettings } from "../config/default-auth-settings.ts";
import type { AuthContext, ServiceAuthConfig } from "../config/service-auth-config.ts";
import { TokenRefusedError } from "../errors/token-refused-error.ts";
import { TokenUnreachableError } from "../errors/token-unreachable-error.ts";
import { Outcome } from "../outcome/outcome.ts";
import type { ActorToken } from "../values/actor-token.ts";
import { RefreshToken } from "../values/refresh-token.ts";
import type { Secret } from "../values/secret.ts";
import type { DefaultGrantsDependencies } from "./default-grants-dependencies.ts";
import { nothingRead } from "./nothing-read.ts";
import { readAuthAnswers } from "./read-auth-answers.ts";
import { toTokenRequest } from "./to-token-request.ts";

/** Whether a refresh token will not work any more: the server refused it, or its answer was lost. */
function isSpent(error: unknown): boolean {
  if (error instanceof TokenRefusedError) return error.error === "invalid_grant";
  return error instanceof TokenUnreachableError && error.code === "BEHALF_REFRESH_TOKEN_LOST";
}

/**
 * Acquires a token by the refresh token that the configuration's source gives. When that one will not work any more, the
 * source is read once more: somebody else may have rotated it.
 */
export async function refreshFromSource(
  { refreshTokenService, tokenMemory }: DefaultGrantsDependencies,
  authConfig: ServiceAuthConfig,
  signal: AbortSignal | undefined,
): Promise<Outcome<ActorToken>> {
  const authContext: AuthContext = { grantType: "refreshToken", authConfig };
  const { refreshToken: source } = authConfig.settings ?? defaultAuthSettings;
  const first = await source?.read(authContext, { signal });
  if (!source || !first) throw nothingRead(authConfig.configPath, "refreshToken");
  const answers = await readAuthAnswers(authContext, signal);
  if (refreshTokenService === tokenMemory.filledBy.refreshTokenService && !answers.forceAuthorization) {
    const held = tokenMemory.findFor("refreshToken", answers, { subject: new RefreshToken(first.value()) });
    if (held) return Outcome.success(held);
  }
  const request = await toTokenRequest(answers, authContext, signal);
  const keep = async (successor: Secret): Promise<void> => source.keep?.(successor, authContext);

  const refresh = async (secret: Secret): Promise<Outcome<ActorToken>> => {
    const outcome = await refreshTokenService.refresh({
      ...request,
      forceAuthorization: answers.forceAuthorization,
      refreshToken: new RefreshToken(secret.value()),
      keep,
    });
    return outcome.map(({ accessToken }) => accessToken);
  };

  const outcome = await refresh(first);
  if (outcome.ok || !isSpent(outcome.error)) return outcome;
  const other = await source.read(authContext, { signal, refused: first });
  return other && other.value() !== first.value() ? refresh(other) : outcome;
}
