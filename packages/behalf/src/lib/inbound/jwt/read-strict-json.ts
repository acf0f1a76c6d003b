import { CallerTokenError } from "../../errors/caller-token-error.ts";

/** The members of a JSON object. */
export type Members = Readonly<Record<string, unknown>>;

const deepest = 32;
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

const malformed = (cause?: unknown): CallerTokenError =>
  new CallerTokenError("malformed", cause === undefined ? {} : { cause });

/** Finds the end of a string that begins at the index. The text is known to be JSON. */
function skipString(text: string, start: number): number {
  let index = start + 1;
  while (text[index] !== '"') index += text[index] === "\\" ? 2 : 1;
  return index + 1;
}

function isName(text: string, end: number): boolean {
  let index = end;
  while (" \t\n\r".includes(text[index] ?? "x")) index += 1;
  return text[index] === ":";
}

function noteName(names: Set<unknown> | undefined, written: string): void {
  const name: unknown = written.includes("\\") ? JSON.parse(written) : written.slice(1, -1);
  if (!names || names.has(name)) throw malformed();
  names.add(name);
}

/** Refuses objects in which a name comes twice, for two readers could take different values, and what is nested too deeply. */
function checkNames(text: string): void {
  const open: (Set<unknown> | undefined)[] = [];
  let index = 0;
  while (index < text.length) {
    const character = text[index];
    if (character === '"') {
      const end = skipString(text, index);
      if (isName(text, end)) noteName(open.at(-1), text.slice(index, end));
      index = end;
      continue;
    }
    if (character === "{") open.push(new Set());
    if (character === "[") open.push(undefined);
    if (character === "}" || character === "]") open.pop();
    if (open.length > deepest) throw malformed();
    index += 1;
  }
}

const isMembers = (value: unknown): value is Members =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function parse(bytes: Uint8Array): { readonly text: string; readonly value: unknown } {
  try {
    const text = decoder.decode(bytes);
    return { text, value: JSON.parse(text) };
  } catch {
    throw malformed();
  }
}

/**
 * Reads a segment of a JWT: canonical base64url of the UTF-8 text of a JSON object whose names are unique.
 *
 * @throws {CallerTokenError} `malformed` for anything else
 * @see {@link https://www.rfc-editor.org/rfc/rfc8725.html#section-2.4}
 */
export function readStrictJson(segment: string): Members {
  const bytes = Buffer.from(segment, "base64url");
  if (bytes.toString("base64url") !== segment) throw malformed();
  const { text, value } = parse(bytes);
  if (!isMembers(value)) throw malformed();
  checkNames(text);
  return value;
}
