import { sku } from "../../site/site.ts";

/** The path that every request asks for. */
const path = `/orders/${sku}`;

/** Writes a request as browsers and proxies send it: twelve headers, with the caller's token among them. */
export function toRequest(token: string | undefined): Buffer {
  const lines = [
    `GET ${path} HTTP/1.1`,
    "Host: orders.internal",
    "Connection: keep-alive",
    "Accept: application/json",
    "Accept-Encoding: gzip, br",
    "Accept-Language: en",
    "User-Agent: bench/1.0 (load)",
    "X-Forwarded-For: 203.0.113.7",
    "X-Forwarded-Proto: https",
    "X-Request-Id: 0b9f4c0e-6a1d-4a5c-9d0e-2f6f1f1f8a11",
    "Traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
    "Cache-Control: no-cache",
    ...(token === undefined ? [] : [`Authorization: Bearer ${token}`]),
  ];
  return Buffer.from(`${lines.join("\r\n")}\r\n\r\n`, "latin1");
}
