import type { IncomingHttpHeaders, OutgoingHttpHeaders } from "node:http2";

/** What the head of a request is made of. */
export interface RequestHead {
  readonly method: string;
  readonly path: string;
  /** Names and values in turn. */
  readonly headers: readonly string[];
  /** The length of a body that is in memory. */
  readonly contentLength: number | undefined;
}

const withContent = new Set(["POST", "PUT", "PATCH"]);

/** Makes the fields of a request (RFC 9113 section 8.3.1): what comes more than once goes out more than once. */
export function toRequestFields(
  origin: URL,
  { method, path, headers, contentLength }: RequestHead,
): OutgoingHttpHeaders {
  const fields: Record<string, string | string[]> = Object.create(null);
  fields[":method"] = method;
  fields[":path"] = path;
  fields[":scheme"] = origin.protocol.slice(0, -1);
  fields[":authority"] = origin.host;
  for (let index = 0; index + 1 < headers.length; index += 2) {
    const [name = "", value = ""] = [headers[index]?.toLowerCase(), headers[index + 1]];
    const before = fields[name];
    fields[name] = before === undefined ? value : [before, value].flat();
  }
  if (contentLength !== undefined && (contentLength > 0 || withContent.has(method)))
    fields["content-length"] = String(contentLength);
  return fields;
}

/** Gives the fields of an answer in the form that those of HTTP/1.1 have: names and values in turn. */
export function toRawHeaders(fields: IncomingHttpHeaders): Buffer[] {
  const raw: Buffer[] = [];
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined || name.startsWith(":")) continue;
    for (const one of [value].flat()) raw.push(Buffer.from(name), Buffer.from(one, "latin1"));
  }
  return raw;
}
