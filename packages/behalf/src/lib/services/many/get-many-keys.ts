import { RequestRefusedError } from "../../errors/request-refused-error.ts";
import type { PathValues } from "../../transport/path.ts";
import type { PathParams } from "../call-arguments.ts";

/** The value of the only parameter that a path has; never for a path with none, or more than one. */
export type OnlyParam<path> = path extends `${string}{${string}}${infer rest}`
  ? rest extends `${string}{${string}}${string}`
    ? never
    : string | number
  : never;

/** Names one of many: the parameters of the path, or the value of the only one that it has. */
export type PathKey<path> = string extends path
  ? PathValues | string | number
  : (PathParams<path> & object) | OnlyParam<path>;

/** A key without its types: what the engine sees. */
export type AnyPathKey = PathValues | string | number;

/**
 * Gives the parameters that a key stands for.
 *
 * @throws {RequestRefusedError} for a plain value where the path has no parameter, or more than one
 */
export function toPathValues(names: readonly string[], key: AnyPathKey): PathValues {
  if (typeof key === "object") return key;
  const [only, ...others] = names;
  if (only !== undefined && others.length === 0) return { [only]: key };
  const fix = `the path has ${names.length} parameters, so that a key is an object with a value for each.`;
  throw new RequestRefusedError("pathParameter", "keys", fix);
}

/** The names of the parameters of a path template. */
export const listParameters = (template: string): readonly string[] =>
  Array.from(template.matchAll(/\{([^{}?]+)\??\}/g), ([, name = ""]) => name);

/** Tells keys apart: equal for those that fill a path alike. */
export const identifyKey = (params: PathValues): string =>
  JSON.stringify(
    Object.entries(params)
      .flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]]))
      .sort(([one = ""], [other = ""]) => (one < other ? -1 : 1)),
  );
