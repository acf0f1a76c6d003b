import { isIPv4 } from "node:net";
import type { RequestContext } from "../../context/request-context.ts";
import { CallerTokenError } from "../../errors/caller-token-error.ts";

const mappedPrefix = "::ffff:";
const proxyHeader = /^(?:forwarded|via|x-real-ip|x-forwarded.*)$/i;

function isLoopback(address: string | undefined): boolean {
  if (address === undefined) return false;
  const bare = address.toLowerCase().startsWith(mappedPrefix) ? address.slice(mappedPrefix.length) : address;
  return bare === "::1" || (isIPv4(bare) && bare.startsWith("127."));
}

function cameThroughProxy(rawHeaders: readonly string[]): boolean {
  return rawHeaders.some((name, index) => index % 2 === 0 && proxyHeader.test(name));
}

/**
 * Makes sure that a request was made on this machine: both ends of its connection are loopback and no proxy names itself. It is
 * refused where this is production, or where nobody knows the addresses.
 *
 * @throws {CallerTokenError} `notLocal`
 */
export function checkLocal({ incoming }: RequestContext, environment: string | undefined): void {
  const { addresses, rawHeaders } = incoming;
  const local = isLoopback(addresses?.local) && isLoopback(addresses?.remote);
  const production = environment?.trim().toLowerCase() === "production";
  if (!local || production || cameThroughProxy(rawHeaders)) throw new CallerTokenError("notLocal");
}
