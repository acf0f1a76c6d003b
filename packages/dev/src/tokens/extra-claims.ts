import type { Configuration } from "oidc-provider";
import type { Person } from "../settings/person.ts";
import type { ActingParties } from "./acting-parties.ts";

/**
 * Creates the function that adds claims to access tokens: `act` where a client acts for a subject, `name` and `email`
 * where a person asked for the token in person. A backend gets no more of a person than the `sub`.
 */
export function createExtraClaims(
  people: readonly Person[],
  actingParties: ActingParties,
): NonNullable<Configuration["extraTokenClaims"]> {
  return (_ctx, token) => {
    const act = actingParties.get(token);
    if (act !== undefined) return { act };

    const person = "accountId" in token ? people.find(({ id }) => id === token.accountId) : undefined;
    return person === undefined ? undefined : { name: person.name, email: person.email };
  };
}
