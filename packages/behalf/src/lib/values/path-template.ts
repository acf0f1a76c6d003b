import { climbs } from "./climbs.ts";

/** A part of a path: fixed text, or a parameter. */
export type PathPart = string | { readonly name: string; readonly optional: boolean };

const parameterName = /^([A-Za-z_][\w.-]*)(\?)?$/;
const fixedText = /^(?:[\w.~!$&'()*+,;=:@/-]|%[\dA-Fa-f]{2})*$/;
const dotSegment = /\/(\.|%2e){1,2}(\/|$)/i;

function readParts(template: string): readonly PathPart[] {
  return template.split(/(\{[^{}]*\})/).flatMap((piece): PathPart[] => {
    if (piece === "") return [];
    if (!piece.startsWith("{")) {
      if (!fixedText.test(piece)) throw new TypeError(`"${piece}" has a character that no path carries plain`);
      return [piece];
    }
    const [, name, optional] = parameterName.exec(piece.slice(1, -1)) ?? [];
    if (!name) throw new TypeError(`"${piece}" is no parameter: write {name}, or {name?} for an optional one`);
    return [{ name, optional: optional === "?" }];
  });
}

const fill = (parts: readonly PathPart[], value: string): string =>
  parts.map((part) => (typeof part === "string" ? part : part.optional ? value : "x")).join("");

/**
 * Reads a path template such as `/items/{sku}`.
 *
 * @throws {TypeError} that says what is wrong with it
 */
export function parsePathTemplate(template: string): readonly PathPart[] {
  if (!template.startsWith("/") || template.startsWith("//")) throw new TypeError('it must begin with one "/"');
  const parts = readParts(template);
  const names = parts.flatMap((part) => (typeof part === "string" ? [] : [part.name]));
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice) throw new TypeError(`the parameter "${twice}" stands in it twice`);
  const filled = [fill(parts, ""), fill(parts, "x")];
  if (filled.some((path) => dotSegment.test(path) || climbs(path))) {
    throw new TypeError('the segments "." and ".." leave the path');
  }
  return parts;
}
