import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";

const output = /(\.d\.ts|\.js)(\.map)?$/;

/**
 * Removes from a project's `dist` what no source makes any more: the compiler leaves it there, and it would be published.
 *
 * @param {string} project
 */
export function pruneDist(project) {
  const dist = join(project, "dist");
  if (!existsSync(dist)) return;
  for (const file of readdirSync(dist, { recursive: true, encoding: "utf8" })) {
    const source = join(project, "src", file.replace(output, ".ts"));
    if (output.test(file) && (source.endsWith(".test.ts") || !existsSync(source))) rmSync(join(dist, file));
  }
}
