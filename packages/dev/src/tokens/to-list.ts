/** Gives the values of a request parameter that may be absent, stand once, or be repeated. */
export function toList(parameter: unknown): readonly string[] {
  return [parameter ?? []].flat().filter((value) => typeof value === "string");
}

/** Gives the scopes of a space-separated parameter, each once. */
export function toScopes(parameter: unknown): readonly string[] {
  return typeof parameter === "string" ? [...new Set(parameter.split(" ").filter(Boolean))] : [];
}
