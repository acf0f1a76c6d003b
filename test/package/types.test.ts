import { join } from "node:path";
import { expect, it } from "vitest";
import { root, runNode } from "../support/run-program.ts";

it("gives the types that test/types asserts", async () => {
  const { stdout } = await runNode([join(root, "node_modules/typescript/bin/tsc"), "-p", "test/types"]);
  expect(stdout).toBe("");
}, 60_000);
