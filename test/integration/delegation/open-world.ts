import type { AnyBehalf } from "behalf/fastify";
import { expect } from "vitest";
import { type Clock, createClock } from "../../support/clock.ts";
import { type ReceivedRequest, type RootSettings, receive, toRoot } from "../../support/open-behalf.ts";
import type { ScriptedAsOptions } from "../../support/scripted-as.ts";
import { some } from "../../support/some.ts";
import { type Servers, startServers } from "../../support/start-servers.ts";
import type { the } from "../../support/the.ts";

/** Both servers, the clock that all go by, and the settings of an API between them. */
export interface World extends Servers {
  readonly clock: Clock;
  readonly root: RootSettings & { readonly now: () => number };
  /** A request of alice, with claims of her token changed. */
  receive(behalf: AnyBehalf, claims?: Readonly<Record<string, unknown>>): Promise<ReceivedRequest>;
  /** Nobody was asked for a token, and no backend was called. */
  expectSilence(): void;
}

/** Starts both servers by a clock that the test sets. */
export async function openWorld(options: ScriptedAsOptions = {}): Promise<World> {
  const clock = createClock();
  const { as, backend } = await startServers({ clock, ...options });
  return {
    as,
    backend,
    clock,
    root: { ...toRoot(as), now: clock.now },
    receive: async (behalf, claims) => receive(behalf, await as.issue(some.claims(claims))),
    expectSilence() {
      expect(as.tokenRequests).toEqual([]);
      expect(backend.requests).toEqual([]);
    },
  };
}

/** How a service of the usual kind obtains its tokens. */
export const exchanging = {
  grantType: "tokenExchange",
  audience: "inventory" satisfies typeof the.audience,
} as const;
