import { inspect } from "node:util";

/** Fixes what `util.inspect` and `console.log` show of a class's objects. */
export function printAs(prototype: object, print: (this: never) => string): void {
  Object.defineProperty(prototype, inspect.custom, { value: print, enumerable: false });
}
