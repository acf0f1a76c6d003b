import type { IncomingRequest } from "behalf";

const host = "orders.internal";

/** Names and values of a usual request's headers, in turn: twelve of them. */
export function listHeaders(token: string): readonly string[] {
  return [
    ...["Host", host, "Connection", "keep-alive", "Accept", "application/json", "Accept-Encoding", "gzip, br"],
    ...["Accept-Language", "en", "User-Agent", "bench/1.0 (load)", "X-Forwarded-For", "203.0.113.7"],
    ...["X-Forwarded-Proto", "https", "X-Request-Id", "0b9f4c0e-6a1d-4a5c-9d0e-2f6f1f1f8a11"],
    ...["Traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", "Cache-Control", "no-cache"],
    ...["Authorization", `Bearer ${token}`],
  ];
}

/** Makes texts anew from their bytes, as the HTTP parser does for each request: no text has its hash yet. */
export type MakeTexts = () => string[];

/** Keeps the bytes of texts, to make the texts of them. */
export function keepBytes(texts: readonly string[]): MakeTexts {
  const parts = texts.map((text) => Buffer.from(text, "latin1"));
  return () => {
    const made: string[] = [];
    for (const part of parts) made.push(part.toString("latin1"));
    return made;
  };
}

/** A request with these headers, of a connection that does not matter. */
export function toIncoming(rawHeaders: readonly string[]): IncomingRequest {
  return { rawHeaders, method: "GET", url: "/orders/4711", setResponseHeader: () => {}, onHangUp: () => {} };
}
