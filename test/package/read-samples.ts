/** A piece of TypeScript on a page. */
export interface Sample {
  /** The line of its first line of code on the page, from 1. */
  readonly line: number;
  readonly code: string;
}

const fence = /^( *)```ts( continued)?[ ]*\n([\s\S]*?)\n?^\1```[ ]*$/gm;

/**
 * Reads the samples of a page: its code blocks that are tagged `ts`.
 * A block tagged `ts continued` is read together with the sample before it.
 */
export function readSamples(page: string): readonly Sample[] {
  const samples: Sample[] = [];
  for (const { index, 1: indent = "", 2: continued, 3: body = "" } of page.matchAll(fence)) {
    const code = body.replace(new RegExp(`^${indent}`, "gm"), "");
    const line = page.slice(0, index).split("\n").length + 1;
    const before = continued ? samples.at(-1) : undefined;
    samples.push({ line, code: before ? `${before.code}\n\n${code}` : code });
  }
  return samples;
}
