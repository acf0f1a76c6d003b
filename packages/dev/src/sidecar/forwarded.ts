import type { IncomingMessage } from "node:http";

const hostText = /^[\w.:[\]-]+$/;

/**
 * Writes the `Forwarded` header (RFC 7239): the API is called by its own host, and could not say otherwise by which URL its
 * client knows it.
 */
export function formatForwarded({ socket, headers }: IncomingMessage): string {
  const { remoteAddress = "" } = socket;
  const address = remoteAddress.includes(":") ? `"[${remoteAddress}]"` : remoteAddress;
  const { host = "" } = headers;
  return [
    `for=${address === "" ? "unknown" : address}`,
    ...(hostText.test(host) ? [`host="${host}"`] : []),
    "proto=http",
  ].join(";");
}
