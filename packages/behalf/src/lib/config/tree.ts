/** A node of a configuration tree before it is checked. */
export interface Tree {
  [name: string]: unknown;
}

/** Where each value of a tree comes from, by its path. */
export type SourceMap = ReadonlyMap<string, string>;

/** The methods of objects that a program gives: they are used as they are, not copied. */
const methods = ["read", "sign", "getClientCredentials", "getScope"] as const;

/** Whether a value is a node and not a leaf: lists, secrets, references, functions and objects with methods are leaves. */
export function isTree(value: unknown): value is Tree {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null) return false;
  return methods.every((method) => typeof Reflect.get(value, method) !== "function");
}

/** Writes a path for a person. */
export function joinPath(path: string, name: string | number): string {
  return path === "" ? String(name) : `${path}.${name}`;
}

/** The names from the root to a place in a tree. */
export type TreePath = readonly string[];

/** Gives each leaf of a tree to the visitor, and builds the tree anew from what it gives back. */
export function mapLeaves(tree: Tree, visit: (leaf: unknown, path: TreePath) => unknown, path: TreePath = []): Tree {
  const entries = Object.entries(tree).map(([name, value]) => {
    const here = [...path, name];
    return [name, isTree(value) ? mapLeaves(value, visit, here) : visit(value, here)];
  });
  return Object.fromEntries(entries);
}

/** Lays one tree over another: the upper one's leaves win. Neither is changed. */
export function overlay(lower: Tree, upper: Tree): Tree {
  const merged: Tree = { ...lower };
  for (const [name, value] of Object.entries(upper)) {
    const below = Object.hasOwn(merged, name) ? merged[name] : undefined;
    Object.defineProperty(merged, name, {
      value: isTree(below) && isTree(value) ? overlay(below, value) : value,
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  return merged;
}
