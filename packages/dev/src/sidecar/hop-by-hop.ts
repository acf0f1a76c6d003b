const alwaysDropped = new Set([
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-authentication-info",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** Whether a header, by its name in lower case, always belongs to the connection. */
export function isHopByHop(name: string): boolean {
  return alwaysDropped.has(name);
}

/** Headers as they come from `node:http`: names and values in turn. */
export type RawHeaders = readonly string[];

function* pairsOf(headers: RawHeaders): Generator<readonly [name: string, value: string]> {
  for (let index = 0; index + 1 < headers.length; index += 2) {
    yield [(headers[index] ?? "").toLowerCase(), headers[index + 1] ?? ""];
  }
}

/**
 * Gives the headers that are meant for the other side: without those that belong to the connection, those that `Connection`
 * names, and those that `isDropped` picks by their name in lower case.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9110.html#section-7.6.1}
 */
export function dropHopByHop(headers: RawHeaders, isDropped: (name: string) => boolean): string[] {
  const named = new Set<string>();
  for (const [name, value] of pairsOf(headers)) {
    if (name === "connection") for (const option of value.split(",")) named.add(option.trim().toLowerCase());
  }
  const kept: string[] = [];
  for (const [name, value] of pairsOf(headers)) {
    if (!isHopByHop(name) && !named.has(name) && !isDropped(name)) kept.push(name, value);
  }
  return kept;
}
