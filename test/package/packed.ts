import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readOutput, root } from "../support/run-program.ts";

/** The folder of the published package. */
export const packageFolder: string = join(root, "packages/behalf");

/** Its import specifiers, by the keys of `exports`. */
export function listSpecifiers(): readonly string[] {
  const { exports }: { exports: object } = JSON.parse(readFileSync(join(packageFolder, "package.json"), "utf8"));
  return Object.keys(exports).map((key) => `behalf${key.slice(1)}`);
}

/** Its modules: the specifiers that are not of JSON files. */
export const listModules = (): readonly string[] => listSpecifiers().filter((name) => !name.endsWith(".json"));

/** The package as it would be published, and a project that has installed it. */
export interface Packed {
  /** Holds everything here. Remove it when done. */
  readonly folder: string;
  readonly tarball: string;
  readonly files: readonly string[];
  /** The folder of a project whose only dependency is the package. */
  readonly project: string;
}

interface PackReport {
  readonly filename: string;
  readonly files: readonly { readonly path: string }[];
}

// npm gives a list of packages or, from version 12 on, an object by their names.
function readReport(output: string): PackReport {
  const [report] = Object.values<PackReport>(JSON.parse(output));
  if (!report) throw new Error("npm packed nothing");
  return report;
}

/** Packs the built package, and installs it in an empty project as a user would. */
export async function packAndInstall(): Promise<Packed> {
  const folder = mkdtempSync(join(tmpdir(), "behalf-package-"));
  const quiet = ["--ignore-scripts", "--loglevel=error"];
  const packing = ["pack", "--json", "--pack-destination", folder, ...quiet];
  const report = readReport(await readOutput("npm", packing, packageFolder));
  const tarball = join(folder, report.filename);

  const project = join(folder, "project");
  mkdirSync(project);
  writeFileSync(join(project, "package.json"), JSON.stringify({ name: "user", private: true }));
  const installing = ["install", tarball, "--prefix", project, "--prefer-offline", "--no-audit", "--no-fund", ...quiet];
  await readOutput("npm", installing, project);

  return { folder, tarball, project, files: report.files.map(({ path }) => path.replaceAll("\\", "/")).sort() };
}
