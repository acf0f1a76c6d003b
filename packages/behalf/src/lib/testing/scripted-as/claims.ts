/** What a token says, or the members of an answer: whatever a test wants. */
export type Claims = Readonly<Record<string, unknown>>;
