import { readFileSync } from "node:fs";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { expect, it } from "vitest";
import { root, runNode } from "../support/run-program.ts";

/** Turns the command of a project's `npm test` into arguments for Node: nothing is looked up on the way. */
function readTestCommand(folder: string): readonly string[] {
  const { scripts }: { scripts: { test: string } } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const [program = "", ...args] = scripts.test.split(" ");
  return program === "node" ? args : [join(root, `node_modules/${program}/${program}.mjs`), ...args];
}

// The built package, found by its name as an installed one is: no alias of this repository takes part.
it.each([
  ["testing-vitest", /Tests +5 passed \(5\)/],
  ["testing-node", /^. pass 5$/m],
])(
  "%s passes its own tests against the built package",
  async (name, passed) => {
    const folder = join(root, "examples", name);
    const { code, stdout, stderr } = await runNode(readTestCommand(folder), folder);
    expect({ code, problems: code === 0 ? "" : stdout + stderr }).toEqual({ code: 0, problems: "" });
    expect(stripVTControlCharacters(stdout)).toMatch(passed);
  },
  60_000,
);
