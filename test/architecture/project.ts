import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Manifest } from "./check-entries.ts";
import type { Package } from "./check-packages.ts";
import type { SourceText } from "./source-text.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

export const exists = (path: string): boolean => existsSync(root + path);

export const readText = (path: string): string => (exists(path) ? readFileSync(root + path, "utf8") : "");

/** Lists the names in a folder, which may be missing. */
export function listNames(folder: string): readonly string[] {
  return exists(folder) ? readdirSync(root + folder).sort() : [];
}

/** Reads the files of a folder and of those under it, as far as their names end so. */
export function readFolder(folder: string, end: string): readonly SourceText[] {
  if (!exists(folder)) return [];
  return readdirSync(root + folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(end))
    .map((entry) => `${entry.parentPath}/${entry.name}`.slice(root.length).replaceAll("\\", "/"))
    .sort()
    .map((path) => ({ path, text: readText(path) }));
}

export const readManifest = (folder: string): Manifest => JSON.parse(readText(`${folder}/package.json`));

/** Reads a package with everything under its `src`. */
export function readPackage(folder: string): Package {
  return { manifest: readManifest(folder), sources: readFolder(`${folder}/src`, ".ts") };
}

/** The folders of the workspace's packages. */
export function listPackages(): readonly string[] {
  const { workspaces }: { workspaces: readonly string[] } = JSON.parse(readText("package.json"));
  return workspaces;
}

/** Reads the pages whose links a reader may follow. */
export function readPages(): readonly SourceText[] {
  const single = listNames(".").filter((name) => name.endsWith(".md"));
  const readmes = listPackages().map((folder) => `${folder}/README.md`);
  return [
    ...[...single, ...readmes.filter(exists)].map((path) => ({ path, text: readText(path) })),
    ...["docs", "decisions"].flatMap((folder) => readFolder(folder, ".md")),
  ];
}
