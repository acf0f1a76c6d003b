import type { interactionPolicy } from "oidc-provider";
import type { OidcLibrary } from "../server/load-oidc-provider.ts";
import { findByHint, type Person } from "../settings/person.ts";

/**
 * Creates the rules for when somebody has to sign in: those of `oidc-provider`, and when `login_hint` names another
 * person than the one who is signed in. Native clients, too, are spared the question of consent.
 */
export function createSignInPolicy(
  { interactionPolicy }: OidcLibrary,
  people: readonly Person[],
): interactionPolicy.DefaultPolicy {
  const policy = interactionPolicy.base();
  policy.get("consent")?.checks.remove("native_client_prompt");
  policy.get("login")?.checks.add(
    new interactionPolicy.Check("login_hint", "another person is asked for", ({ oidc }) => {
      const hint = oidc.params?.login_hint;
      if (typeof hint !== "string" || oidc.result?.login !== undefined) return false;
      return findByHint(people, hint)?.id !== oidc.session?.accountId;
    }),
  );
  return policy;
}
