/** Writes a number with what it counts: "1 round", "3,000 calls". */
export const countNoun = (count: number, noun: string): string =>
  `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;
