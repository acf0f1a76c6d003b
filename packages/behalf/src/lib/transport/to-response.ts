import type { IncomingHttpHeaders } from "node:http";
import { toWebStream } from "./to-web-stream.ts";
import type { WireAnswer } from "./wire.ts";

const withoutBody = new Set([204, 205, 304]);

/** Copies headers into the global kind. */
export function toHeaders(headers: IncomingHttpHeaders): Headers {
  const copied = new Headers();
  for (const [name, value] of Object.entries(headers)) {
    for (const item of Array.isArray(value) ? value : [value ?? ""]) copied.append(name, item);
  }
  return copied;
}

/** Turns an answer into a global `Response`. A status beyond 599 counts as 500 (RFC 9110 section 15). */
export function toResponse(answer: WireAnswer): Response {
  const { headers, chunks, stream } = answer;
  const status = answer.status > 599 ? 500 : answer.status;
  if (withoutBody.has(status)) {
    stream?.destroy();
    return new Response(null, { status, headers: toHeaders(headers) });
  }
  const body = stream ? toWebStream(stream) : Buffer.concat(chunks);
  return new Response(body, { status, headers: toHeaders(headers) });
}
