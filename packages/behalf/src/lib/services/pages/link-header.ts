/** One link of a `Link` header (RFC 8288). */
export interface WebLink {
  /** Where it leads: a URL, or one relative to that of the answer. */
  readonly target: string;
  /** What it is for, in small letters. */
  readonly relations: readonly string[];
  /** What it is a link of, where that is not the answer itself. */
  readonly anchor: string | undefined;
}

const target = /[\s,]*<([^<>]*)>/y;
const parameter = /\s*;\s*(?:([!#$%&'*+.^`|~\w-]+)\s*(?:=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;,"]*)))?)?/y;
const end = /\s*(?:,|$)/y;

function matchAt(pattern: RegExp, text: string, index: number): RegExpExecArray | null {
  pattern.lastIndex = index;
  return pattern.exec(text);
}

interface Read<value> {
  readonly value: value;
  /** Where the rest begins. */
  readonly next: number;
}

/** Of a parameter that comes twice, the first counts. */
function readParameters(header: string, start: number): Read<ReadonlyMap<string, string>> {
  const parameters = new Map<string, string>();
  let next = start;
  for (;;) {
    const match = matchAt(parameter, header, next);
    if (!match) return { value: parameters, next };
    next += match[0].length;
    const [, name, quoted, plain = ""] = match;
    const key = name?.toLowerCase();
    if (key !== undefined && !parameters.has(key)) parameters.set(key, quoted?.replace(/\\(.)/g, "$1") ?? plain);
  }
}

function readLink(header: string, start: number): Read<WebLink> | undefined {
  const match = matchAt(target, header, start);
  if (!match) return undefined;
  const { value: parameters, next } = readParameters(header, start + match[0].length);
  const closing = matchAt(end, header, next);
  if (!closing) return undefined;
  const relations = (parameters.get("rel") ?? "").toLowerCase().split(/\s+/).filter(Boolean);
  const link = { target: match[1] ?? "", relations, anchor: parameters.get("anchor") };
  return { value: link, next: next + closing[0].length };
}

/**
 * Reads a `Link` header. What is not well-formed ends the reading: the links before it count.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc8288.html#section-3}
 */
export function parseLinks(header: string): readonly WebLink[] {
  const links: WebLink[] = [];
  let next = 0;
  for (;;) {
    const read = readLink(header, next);
    if (!read) return links;
    links.push(read.value);
    next = read.next;
  }
}
