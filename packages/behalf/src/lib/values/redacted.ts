/** What a secret prints as, everywhere. */
export const redacted = "[redacted]";
