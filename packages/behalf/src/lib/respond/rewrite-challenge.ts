import type { BackendChallenge, BackendError } from "../errors/backend-error.ts";
import { toErrorWord } from "../errors/to-error-word.ts";
import { challengeAnyScheme, type ProtectedResource } from "./judge-caller.ts";

const passedOn = ["acr_values", "max_age", "scope", "claims"] as const;

function concernsTheCaller(status: number, { parameters }: BackendChallenge): boolean {
  const error = parameters.get("error");
  if (status === 403) return error === "insufficient_scope";
  return status === 401 && (error === "insufficient_user_authentication" || parameters.has("claims"));
}

/**
 * Writes the challenge by which a backend asks our caller for more, anew from its parsed members; `undefined` when it asks
 * for nothing that the caller could give.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9470.html#section-3}
 */
export function rewriteChallenge(error: BackendError, resource: ProtectedResource): string | undefined {
  const challenge = error.challenges().find((candidate) => concernsTheCaller(error.status, candidate));
  if (!challenge) return undefined;
  const members = passedOn.map((name) => [name, challenge.parameters.get(name)] as const);
  return challengeAnyScheme(
    { error: toErrorWord(challenge.parameters.get("error")), ...Object.fromEntries(members) },
    resource,
  );
}
