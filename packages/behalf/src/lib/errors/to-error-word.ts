const errorWord = /^[a-z][a-z_]{2,47}$/;

/**
 * Lets an error code pass that has the shape of the registered ones: small letters and underscores.
 *
 * Anything else that a server sends in its place could be a token, so it is left out.
 */
export function toErrorWord(value: unknown): string | undefined {
  return typeof value === "string" && errorWord.test(value) ? value : undefined;
}
