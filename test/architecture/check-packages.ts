import { isBuiltin } from "node:module";
import type { Manifest } from "./check-entries.ts";
import { type Import, isRelative, readImports, resolveRelative, toPackageName } from "./read-imports.ts";
import { isTest, type SourceText, toProblem } from "./source-text.ts";

/** A package of the workspace, with its sources. */
export interface Package {
  readonly manifest: Manifest;
  readonly sources: readonly SourceText[];
}

type Look = (source: SourceText, one: Import) => string | false;

function checkImports(sources: readonly SourceText[], look: Look): readonly string[] {
  return sources
    .filter((source) => !isTest(source))
    .flatMap((source) =>
      readImports(source).flatMap((one) => {
        const message = look(source, one);
        return message ? [toProblem(source, one.node, message)] : [];
      }),
    );
}

/** Finds imports of packages that the package does not declare. */
export function checkDeclared({ manifest, sources }: Package): readonly string[] {
  const declared = new Set(Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies }));
  return checkImports(sources, (_source, one) => {
    const name = toPackageName(one.specifier);
    return !isRelative(one) && !isBuiltin(one.specifier) && !declared.has(name) && `imports ${name}, not declared`;
  });
}

/** Finds built-in modules of Node in a folder that has to run without them. */
export function checkNoBuiltins(sources: readonly SourceText[], folder: string): readonly string[] {
  const inside = sources.filter(({ path }) => path.startsWith(folder));
  return checkImports(inside, (_source, { specifier }) => isBuiltin(specifier) && `imports ${specifier}`);
}

/** Where a package may be used. */
export interface Confinement {
  readonly name: string;
  readonly folder: string;
  /** How many files of the folder may import it at run time. */
  readonly files: number;
}

/** Finds imports of a package outside its folder, and more files than agreed that load it. */
export function checkConfined(sources: readonly SourceText[], { name, folder, files }: Confinement): readonly string[] {
  const loading = new Set<string>();
  const outside = checkImports(sources, (source, one) => {
    if (isRelative(one) || toPackageName(one.specifier) !== name) return false;
    if (!source.path.startsWith(folder)) return `imports ${name}, which belongs to ${folder}`;
    if (!one.typeOnly) loading.add(source.path);
    return false;
  });
  const tooMany = loading.size > files ? [`${name} is loaded by ${[...loading].join(", ")}: at most ${files}`] : [];
  return [...outside, ...tooMany];
}

/** A package that another one has to do without, but for one folder. */
export interface Independence {
  readonly name: string;
  readonly folder: string;
  /** The folder of the other one that may import the package's main entry. */
  readonly usedIn: string;
}

/** Finds imports of one package by another that has to do without it, by its name or by a path. */
export function checkIndependent(dependent: Package, of: Independence): readonly string[] {
  return checkImports(dependent.sources, (source, one) => {
    if (source.path.startsWith(of.usedIn) && one.specifier === of.name) return false;
    const reaches = isRelative(one)
      ? resolveRelative(source, one).startsWith(of.folder)
      : toPackageName(one.specifier) === of.name;
    return reaches && `imports ${one.specifier} of ${of.name}`;
  });
}

/** Finds imports out of a folder by files that are not in it, nor among those that may reach into it. */
export function checkReached(sources: readonly SourceText[], folder: string, by: readonly string[]): readonly string[] {
  const others = sources.filter(({ path }) => ![folder, ...by].some((place) => path.startsWith(place)));
  return checkImports(others, (source, one) => {
    const reaches = isRelative(one) && resolveRelative(source, one).startsWith(folder);
    return reaches && `imports ${one.specifier}, which belongs to ${folder}`;
  });
}
