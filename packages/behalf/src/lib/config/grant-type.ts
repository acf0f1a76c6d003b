/** How the token for a backend service is obtained. */
export type GrantType =
  | "none"
  | "clientCredentials"
  | "tokenExchange"
  | "onBehalfOf"
  | "jwtBearer"
  | "identityAssertion"
  | "refreshToken"
  | "automatic"
  | "forward"
  | "inherited";

/** A grant type as a configuration may write it: any case, and with the short names `TX`, `CC` and `AU`. */
export type GrantTypeName = GrantType | "TX" | "CC" | "AU";

const grantTypes: readonly GrantType[] = [
  "none",
  "clientCredentials",
  "tokenExchange",
  "onBehalfOf",
  "jwtBearer",
  "identityAssertion",
  "refreshToken",
  "automatic",
  "forward",
  "inherited",
];

const names: ReadonlyMap<string, GrantType> = new Map<string, GrantType>([
  ...grantTypes.map((name) => [name.toLowerCase(), name] as const),
  ["tx", "tokenExchange"],
  ["cc", "clientCredentials"],
  ["au", "automatic"],
]);

const available: ReadonlySet<GrantType> = new Set<GrantType>([
  "none",
  "clientCredentials",
  "tokenExchange",
  "inherited",
]);

/** Reads the name of a grant type; `undefined` when there is none of that name. */
export function readGrantType(name: string): GrantType | undefined {
  return names.get(name.trim().toLowerCase());
}

/** The names of the grants that this version can use. */
export const availableGrantTypeNames: readonly string[] = [...available, "TX", "CC"];

/** Every name that a configuration may use. */
export const grantTypeNames: readonly string[] = [...grantTypes, "TX", "CC", "AU"];

/** Whether this version can obtain a token by the grant. */
export function isAvailable(grantType: GrantType): boolean {
  return available.has(grantType);
}
