/** Gives the numbers from 0. */
export const countTo = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index);
