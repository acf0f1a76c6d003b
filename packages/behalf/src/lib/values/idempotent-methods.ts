/** The methods that ask for the same however often they are sent (RFC 9110 section 9.2.2), without TRACE, which is never sent. */
export const idempotentMethods = ["GET", "HEAD", "OPTIONS", "PUT", "DELETE"] as const;

const listed: ReadonlySet<string> = new Set(idempotentMethods);

/** Whether a method is one of these. */
export const isIdempotent = (method: string): boolean => listed.has(method);
