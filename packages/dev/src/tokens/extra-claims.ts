import type { Configuration } from "oidc-provider";
import type { Person } from "../settings/person.ts";
import type { Settings } from "../settings/resolve-settings.ts";
import type { Resource } from "../settings/resource.ts";
import type { AddedClaims, TokenClaims } from "./added-claims.ts";

/**
 * Creates the function that adds claims to access tokens: `act` where a client acts for a subject, `name` and `email`
 * where a person asked for the token in person. A backend gets no more of a person than the `sub`, unless it is to be told.
 */
export function createExtraClaims(
  people: readonly Person[],
  addedClaims: AddedClaims,
): NonNullable<Configuration["extraTokenClaims"]> {
  return (_ctx, token) => {
    if (!("accountId" in token)) return undefined;
    return addedClaims.find(token) ?? describePerson(people.find(({ id }) => id === token.accountId));
  };
}

/** Gives the claims about a person that stand in the tokens which the person asked for. */
export function describePerson(person: Person | undefined): TokenClaims | undefined {
  return person === undefined ? undefined : { name: person.name, email: person.email };
}

/** Gives the claims about a person in tokens that are made on the person's behalf: none, unless the target is to be told. */
export function describePersonTo({ people }: Settings, { tellsPerson }: Resource, subject: string): TokenClaims {
  return (tellsPerson ? describePerson(people.find(({ id }) => id === subject)) : undefined) ?? {};
}
