/** One challenge of a `WWW-Authenticate` header. Parameter names are in lower case. */
export interface Challenge {
  readonly scheme: string;
  readonly parameters: ReadonlyMap<string, string>;
}

const token = "[!#$%&'*+.^_`|~\\w-]+";
const item = new RegExp(
  `[\\s,]*(?:(${token})\\s*=\\s*(?:"((?:[^"\\\\]|\\\\.)*)"|(${token}))|(${token})(?:\\s+([\\w.~+/-]+=*)(?=\\s*(?:,|$)))?)`,
  "y",
);

/**
 * Reads the challenges of a `WWW-Authenticate` header; what cannot be read ends the list.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9110.html#section-11.6.1}
 */
export function parseChallenges(header: string): readonly Challenge[] {
  const challenges: { scheme: string; parameters: Map<string, string> }[] = [];
  const pattern = new RegExp(item);
  for (let match = pattern.exec(header); match; match = pattern.exec(header)) {
    const [, name, quoted, plain, scheme] = match;
    if (scheme) challenges.push({ scheme, parameters: new Map() });
    if (name) challenges.at(-1)?.parameters.set(name.toLowerCase(), quoted?.replace(/\\(.)/g, "$1") ?? plain ?? "");
  }
  return challenges;
}

/** Writes a challenge. What no quoted string can carry is left out of the values. */
export function formatChallenge(scheme: string, parameters: Readonly<Record<string, string | undefined>>): string {
  const members = Object.entries(parameters).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}="${value.replace(/[^\x20-\x7e]/g, "").replace(/["\\]/g, "\\$&")}"`],
  );
  return members.length === 0 ? scheme : `${scheme} ${members.join(", ")}`;
}
