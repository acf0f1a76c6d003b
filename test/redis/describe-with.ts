import { describe, it } from "vitest";
import { findServer, type ServerName } from "../support/start-redis.ts";

const howToGet: Readonly<Record<ServerName, string>> = {
  "redis-server": "install the package redis-server",
  "valkey-server": "install the package valkey-server, or let `npm test` unpack it from Debian's backports",
};

/** Redis has to be there where the suite is run for good; Valkey is not to be had everywhere. */
const required = (name: ServerName): boolean => name === "redis-server" && process.env.CI !== undefined;

/** Describes tests that need a server on this machine. Without it they are skipped and it is said; Redis fails them in CI. */
export function describeWith(name: ServerName, tests: () => void): void {
  if (findServer(name) !== undefined) {
    describe(`with ${name}`, tests);
    return;
  }
  const line = `${name} is not on this machine: ${howToGet[name]}`;
  if (required(name)) {
    it(`finds ${name}`, () => {
      throw new Error(line);
    });
    return;
  }
  console.warn(`Tests of the shared store are skipped: ${line}.`);
  describe.skip(`with ${name}`, tests);
}
