import type { AuthContext, ServiceAuthConfig } from "../config/service-auth-config.ts";
import { type Capability, readCapability } from "../context/capability.ts";
import { Outcome } from "../outcome/outcome.ts";
import type { Awaitable } from "../outcome/outcome-promise.ts";
import type { PartyNames } from "../tokens/number-parties.ts";
import type { ActorToken } from "../values/actor-token.ts";
import { MultiStringValue } from "../values/multi-string-value.ts";
import { RefreshToken } from "../values/refresh-token.ts";
import { readAuthAnswers } from "./read-auth-answers.ts";
import { toTokenRequest } from "./to-token-request.ts";
import type { RefreshTokenService } from "./token-services.ts";

/** With whose refresh tokens, and by which configuration, subject tokens are obtained. */
export interface SubjectSource {
  readonly refreshTokenService: RefreshTokenService;
  /** The root of the configuration, for the tenant of the capability. */
  readonly authConfig: ServiceAuthConfig;
  readonly signal: AbortSignal | undefined;
  /** Is told whom the subject token stands for, which may not say so itself. */
  readonly nameSubject: (token: ActorToken, names: PartyNames) => void;
}

/** Gives the subject token of a capability: the caller's own, or one that its refresh token gives. */
export function subjectOfCapability(capability: Capability, source: SubjectSource): Awaitable<Outcome<ActorToken>> {
  const { subject } = readCapability(capability);
  if (subject.kind === "subjectToken") return Outcome.success(subject.caller.token);
  return refreshSubject(new RefreshToken(subject.token.value()), subject.caller, source);
}

async function refreshSubject(
  refreshToken: ActorToken,
  names: PartyNames,
  { refreshTokenService, authConfig, signal, nameSubject }: SubjectSource,
): Promise<Outcome<ActorToken>> {
  const authContext: AuthContext = { grantType: "refreshToken", authConfig };
  const answers = { ...(await readAuthAnswers(authContext, signal)), audience: MultiStringValue.empty };
  const request = await toTokenRequest(answers, authContext, signal);
  const outcome = await refreshTokenService.refresh({ ...request, refreshToken });
  return outcome.map(({ accessToken }) => {
    nameSubject(accessToken, names);
    return accessToken;
  });
}
