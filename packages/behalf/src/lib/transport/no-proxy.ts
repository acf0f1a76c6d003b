import { BlockList, isIP } from "node:net";

/** Where a connection goes. */
export interface ConnectionPlace {
  /** A name in lower case without a dot at the end, or an address without brackets. */
  readonly host: string;
  /** 4 or 6 for an address, 0 for a name. */
  readonly family: number;
  readonly port: string;
}

const longestPrefix: Readonly<Record<number, number>> = { 4: 32, 6: 128 };

const toFamily = (family: number): "ipv4" | "ipv6" => (family === 4 ? "ipv4" : "ipv6");

function isIn({ host, family }: ConnectionPlace, network: string, prefix: string | undefined): boolean {
  const [kind, longest = 0] = [isIP(network), longestPrefix[isIP(network)]];
  const length = prefix === undefined ? longest : Number(prefix);
  if (family === 0 || kind === 0 || !/^\d*$/.test(prefix ?? "") || length > longest) return false;
  const list = new BlockList();
  list.addSubnet(network, length, toFamily(kind));
  return list.check(host, toFamily(family));
}

/** Whether the place is this very machine. */
export function isLoopback(place: ConnectionPlace): boolean {
  if (place.family === 0) return place.host === "localhost" || place.host.endsWith(".localhost");
  return isIn(place, "127.0.0.0", "8") || isIn(place, "::1", undefined);
}

interface Entry {
  readonly host: string;
  readonly port: string | undefined;
}

function readEntry(text: string): Entry {
  const bracketed = /^\[(?<host>[^\]]*)\](?::(?<port>\d+))?$/.exec(text)?.groups;
  // An address of IPv6 without brackets is full of colons, and none of them stands before a port.
  const named = /^(?<host>[^:]*)(?::(?<port>\d+))?$/.exec(text)?.groups;
  const { host = text, port } = bracketed ?? named ?? {};
  return { host: host.toLowerCase(), port };
}

function isMeant(place: ConnectionPlace, text: string): boolean {
  const { host, port } = readEntry(text);
  if (port !== undefined && port !== place.port) return false;
  if (host === "*") return true;
  const [network = "", prefix] = host.split("/");
  if (place.family !== 0) return isIn(place, network, prefix);
  const name = host.replace(/^\*?\.|\.$/g, "");
  return name !== "" && (place.host === name || place.host.endsWith(`.${name}`));
}

/**
 * Whether a list like that of `NO_PROXY` means the place: a name means its subdomains too, with or without a dot before it; `*` is
 * everything; addresses may be networks (`10.0.0.0/8`); a port after any of these means that one only.
 */
export function isListed(place: ConnectionPlace, list: string): boolean {
  return list.split(/[\s,]+/).some((text) => text !== "" && isMeant(place, text));
}
