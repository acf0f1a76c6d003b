/** A server refuses lives that end after what it can count. */
const longestLifeMs = 100 * 365 * 24 * 60 * 60 * 1000;

/** Gives a life in whole milliseconds, as servers count; 0 where it is over already. */
export const toLifeMs = (livesMs: number): number => (livesMs >= 1 ? Math.floor(Math.min(livesMs, longestLifeMs)) : 0);
