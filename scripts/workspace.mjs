import { fileURLToPath } from "node:url";

/** The root of the workspace, with a slash at the end. */
export const root = fileURLToPath(new URL("../", import.meta.url));

/** The programs that the scripts run with Node. */
export const tools = {
  biome: `${root}node_modules/@biomejs/biome/bin/biome`,
  tsc: `${root}node_modules/typescript/bin/tsc`,
  vitest: `${root}node_modules/vitest/vitest.mjs`,
};
