import type { AuthOptions } from "./options.ts";
import type { AuthSettings } from "./service-auth-config.ts";

type Pair = AuthSettings["parameters"][number];

/** Writes the parameters beside those of the protocol as names and values, sorted by name. */
export function toParameters(
  extraParameters: AuthOptions["extraParameters"] | undefined,
  authorizationDetails: AuthOptions["authorizationDetails"] | undefined,
): AuthSettings["parameters"] {
  const pairs = Object.entries(extraParameters ?? {}).flatMap(([name, values]): readonly Pair[] =>
    [values].flat().map((value): Pair => [name, value]),
  );
  const details: readonly Pair[] = authorizationDetails
    ? [["authorization_details", JSON.stringify(authorizationDetails)]]
    : [];
  const sorted = [...pairs, ...details].sort(([one], [other]) => Number(one > other) - Number(one < other));
  return Object.freeze(sorted.map((pair) => Object.freeze(pair)));
}
