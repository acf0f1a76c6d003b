import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { listExamples } from "../../scripts/list-examples.mjs";
import { root, runNode } from "../support/run-program.ts";

const names = listExamples().map(({ name }) => name);

describe("listExamples", () => {
  it("has every folder but the backend that they share", () => {
    const folders = readdirSync(`${root}examples`, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    expect([...names].sort()).toEqual(folders.map(({ name }) => name).filter((name) => name !== "backend"));
  });

  it.each(names)("has %s with a page of its own that names the command", (name) => {
    expect(readFileSync(`${root}examples/README.md`, "utf8")).toContain(`[${name}](${name}/README.md)`);
    const command = name === "transitive-api" ? "npm start" : `npm run example -- ${name}\n`;
    expect(readFileSync(`${root}examples/${name}/README.md`, "utf8")).toContain(command);
  });
});

describe("npm run example", () => {
  it("lists the examples when none is named", async () => {
    const { code, stdout } = await runNode(["scripts/example.mjs"]);
    expect(code).toBe(0);
    for (const name of names) expect(stdout).toContain(`  ${name} `);
  });

  it("fails for an example that there is not, and lists the others", async () => {
    const { code, stderr } = await runNode(["scripts/example.mjs", "nope"]);
    expect(code).toBe(1);
    expect(stderr).toContain('There is no example "nope".');
    for (const name of names) expect(stderr).toContain(`  ${name} `);
  });
});
