/** Reads methods in any case, from a list or a text; what cannot be read is left for the checks to tell. */
export function toMethods(value: unknown): unknown {
  const names = typeof value === "string" ? value.split(/[\s,]+/) : value;
  return Array.isArray(names) ? names.map((name) => (typeof name === "string" ? name.toUpperCase() : name)) : names;
}
