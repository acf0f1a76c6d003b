/** A row of the table of what holds under failure. */
export interface Promised {
  readonly what: string;
  /** The names of its tests, as they stand there; a dash where there is none yet. */
  readonly tests: string;
}

const head = /^\| what happens \| what Behalf does \|.*\n\| --- .*\n((?:\|.*\n)+)/m;

/** Lists the rows of the one table of promises on a page. */
export function listPromises(page: string): readonly Promised[] {
  const rows = head.exec(page)?.[1] ?? "";
  return rows
    .trim()
    .split("\n")
    .filter((row) => row !== "")
    .map((row) => row.split(" | "))
    .map(([what = "", , tests = ""]) => ({ what: what.replace(/^\| /, ""), tests: tests.replace(/ \|$/, "") }));
}

const toPath = (name: string): string => (name.startsWith("test/") ? name : `packages/behalf/src/lib/${name}`);

function checkTests({ what, tests }: Promised, read: (path: string) => string): readonly string[] {
  if (tests === "–") return [];
  const named = tests.split("; ").map((part) => /^`([^`]+)`((?:,? "[^"]+")+)$/.exec(part));
  return named.flatMap((match) => {
    if (!match) return [`${what}: names no test`];
    const [, name = "", titles = ""] = match;
    const text = read(toPath(name));
    const missing = [...titles.matchAll(/"([^"]+)"/g)].filter(([quoted]) => !text.includes(quoted));
    return missing.map(([quoted]) => `${what}: ${name} has no test ${quoted}`);
  });
}

/** Finds names of tests that no file has. `read` gives an empty text for a file that is not there. */
export function checkPromises(rows: readonly Promised[], read: (path: string) => string): readonly string[] {
  return rows.flatMap((row) => checkTests(row, read));
}
