/** Freezes a JSON value with all that it holds. */
export function freezeDeeply<value>(value: value): value {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const member of Object.values(value)) freezeDeeply(member);
  return value;
}
