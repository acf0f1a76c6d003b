import { grantTypeNames } from "./grant-type.ts";
import { findNearestName, toPlainName } from "./nearest-name.ts";

const urn = /^\s*urn:ietf:params:oauth:(grant-type|token-type):/i;

/** What specifications and products call the grants, where it is another word. */
const foreignNames: ReadonlyMap<string, string> = new Map([
  ["obo", "onBehalfOf"],
  ["idjag", "identityAssertion"],
  ["client", "clientCredentials"],
]);

// With two letters, anything short would be near.
const longNames = grantTypeNames.filter((name) => name.length > 2);

/** Finds the grant type that was probably meant; also by its name in a specification, such as `client_credentials`. */
export function findMeantGrant(given: string): string | undefined {
  const plain = toPlainName(given.replace(urn, ""));
  return foreignNames.get(plain) ?? findNearestName(plain, longNames);
}
