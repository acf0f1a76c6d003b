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

/** Reads the name of a grant type; `undefined` when there is none of that name. */
export function readGrantType(name: string): GrantType | undefined {
  return names.get(name.trim().toLowerCase());
}

/** Every name that a configuration may use. */
export const grantTypeNames: readonly string[] = [...grantTypes, "TX", "CC", "AU"];
