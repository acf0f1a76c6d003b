import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type Thread, threads } from "./threads.ts";

const expected: Readonly<Record<Thread["list"], readonly number[]>> = {
  "other stacks": [1, 3, 4, 9, 11, 12, 15, 17, 18, 20, 21, 22, 23, 25, 26, 29, 30],
  node: [3, 4, 8, 9, 10, 11, 12, 17],
};
const lists = ["other stacks", "node"] as const;

const read = (file: string): string => readFileSync(new URL(`${file}.test.ts`, import.meta.url), "utf8");

const toPattern = (text: string): string => text.replaceAll(/[.?+*(){}[\]\\/]/g, "\\$&");

/** Whether the link stands in a comment of its own, and a test under it, with nothing but other links in between. */
const isTested = ({ link, file }: Thread): boolean =>
  new RegExp(`^ *// ${toPattern(link)}\\n(?: *// .*\\n)* *it(?:\\.each)?\\(`, "m").test(read(file));

describe("the threads", () => {
  it.each(lists)("of %s are all there", (list) => {
    const numbers = threads.filter((thread) => thread.list === list).map(({ number }) => number);
    expect([...new Set(numbers)].sort((one, other) => one - other)).toEqual(expected[list]);
  });

  it.each(threads)("number $number of $list has a test: $link", (thread) => {
    expect(isTested(thread)).toBe(true);
  });

  it("have a row for every link that a test names", () => {
    const files = readdirSync(new URL(".", import.meta.url)).filter((name) => name.endsWith(".test.ts"));
    const named = files.flatMap((name) => [
      ...read(name.slice(0, -".test.ts".length)).matchAll(/^ *\/\/ (https:\S+)$/gm),
    ]);
    const known = new Set(threads.map(({ link }) => link));
    expect(named.map(([, link]) => link).filter((link) => link === undefined || !known.has(link))).toEqual([]);
  });
});
