/** The grants that act on behalf of a caller, by the caller's token. */
export const delegatedGrants = ["tokenExchange", "onBehalfOf", "jwtBearer", "identityAssertion"] as const;

/** A grant that acts on behalf of a caller. */
export type DelegatedGrant = (typeof delegatedGrants)[number];

/** Whether a grant acts on behalf of a caller. */
export function isDelegatedGrant(name: string): name is DelegatedGrant {
  return delegatedGrants.some((grant) => grant === name);
}
