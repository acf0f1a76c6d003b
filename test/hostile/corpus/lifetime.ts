import { refused } from "../expected.ts";
import type { Expected, HostileCase, Surroundings, Theme } from "../vocabulary.ts";

const dates = ["exp", "nbf", "iat"] as const;

/** What is no point in time, in each of the places for one (RFC 7519 section 2, NumericDate). */
const noDates: readonly (readonly [string, (now: number) => unknown])[] = [
  ["text", (now) => String(now + 200)],
  ["a text with a date", () => "2099-01-01T00:00:00Z"],
  ["an empty text", () => ""],
  ["null", () => null],
  ["a list", (now) => [now + 200]],
  ["an object", (now) => ({ value: now + 200 })],
  ["true", () => true],
];

const mistyped: readonly HostileCase[] = dates.flatMap((claim) =>
  noDates.map(([name, read]) => ({
    name: `${claim} ${name}`,
    make: { claims: ({ now }: Surroundings) => ({ [claim]: read(now) }) },
    expect: refused.claims,
  })),
);

/** Writes a number as no program would, instead of the claim's own. */
const written = (claim: string, text: string, expect: Expected): HostileCase => ({
  name: `${claim} ${text}`,
  make: { claims: { [claim]: "@" }, claimsText: (json) => json.replace('"@"', text) },
  expect,
});

const shifted =
  (claim: string, name: string, expect: Expected): ((seconds: number) => HostileCase) =>
  (seconds) => ({
    name: `${claim} ${name}`,
    make: { claims: ({ now }) => ({ [claim]: now + seconds }) },
    expect,
  });

export const lifetime: Theme = {
  name: "lifetime",
  cases: [
    ...mistyped,
    { name: "no exp", make: { claims: { exp: undefined } }, expect: refused.claims },
    {
      name: "exp in capitals",
      make: { claims: ({ now }) => ({ exp: undefined, EXP: now + 200 }) },
      expect: refused.claims,
    },
    shifted("exp", "ten seconds ago", refused.expired)(-10),
    shifted("exp", "a fraction of a second beyond the tolerance", refused.expired)(-6.5),
    shifted("exp", "a year ago", refused.expired)(-31_536_000),
    shifted("nbf", "in a minute", refused.notYetValid)(60),
    shifted("nbf", "in a minute and a fraction", refused.notYetValid)(60.5),
    shifted("iat", "in a minute", refused.notYetValid)(60),
    shifted("iat", "in a minute and a fraction", refused.notYetValid)(60.5),
    shifted("iat", "in a thousand years, past all revocation", refused.notYetValid)(31_536_000_000),
    { name: "exp zero", make: { claims: { exp: 0 } }, expect: refused.expired },
    { name: "exp one", make: { claims: { exp: 1 } }, expect: refused.expired },
    ...dates.map((claim) => written(claim, "-1", refused.claims)),
    ...dates.map((claim) => written(claim, "1e400", refused.claims)),
    ...dates.map((claim) => written(claim, "-1e400", refused.claims)),
    ...dates.map((claim) => written(claim, "NaN", refused.malformed)),
    ...dates.map((claim) => written(claim, "Infinity", refused.malformed)),
    ...dates.map((claim) => written(claim, "0x7fffffff", refused.malformed)),
    written("exp", "1e300", refused.claims),
    written("exp", "9007199254740993", refused.claims),
    written("nbf", "1e300", refused.claims),
    written("iat", "1e300", refused.claims),
    written("exp", "-9007199254740993", refused.claims),
  ],
  harmless: [
    { name: "exp with a fraction", make: { claims: ({ now }) => ({ exp: now + 200.75 }) } },
    { name: "exp three seconds ago, within the tolerance", make: { claims: ({ now }) => ({ exp: now - 3 }) } },
    { name: "nbf in three seconds, within the tolerance", make: { claims: ({ now }) => ({ nbf: now + 3 }) } },
    { name: "no iat", make: { claims: { iat: undefined } } },
  ],
};
