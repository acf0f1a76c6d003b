import { isIP } from "node:net";
import type { ConnectionProxy } from "../values/connection-identity.ts";
import { readConnectionProxy } from "../values/connection-proxy.ts";
import { isListed, isLoopback } from "./no-proxy.ts";

/** What a program was told from outside, by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The name in lower case comes first, and an empty value is none: as curl has it. */
const read = (environment: Environment, name: string): string =>
  environment[name.toLowerCase()] || environment[name] || "";

/**
 * Finds the proxy that the environment names for an origin: `HTTPS_PROXY` or `HTTP_PROXY` by its scheme, unless `NO_PROXY` lists
 * it. This very machine is reached without one.
 *
 * @throws {TypeError} when what is named is no http(s) URL
 */
export function findEnvironmentProxy(
  origin: string,
  environment: Environment = process.env,
): ConnectionProxy | undefined {
  const { protocol, hostname, port } = new URL(origin);
  const host = hostname.replace(/^\[|\]$|\.$/g, "");
  const isSecure = protocol === "https:";
  const given = read(environment, isSecure ? "HTTPS_PROXY" : "HTTP_PROXY").trim();
  const place = { host, family: isIP(host), port: port || (isSecure ? "443" : "80") };
  if (given === "" || isLoopback(place) || isListed(place, read(environment, "NO_PROXY"))) return undefined;
  return readConnectionProxy(given.includes("://") ? given : `http://${given}`);
}
