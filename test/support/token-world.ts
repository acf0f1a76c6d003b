import type fc from "fast-check";
import { BehalfError } from "../../packages/behalf/src/lib/errors/behalf-error.ts";
import type { HeldToken } from "../../packages/behalf/src/lib/tokens/token-entry.ts";
import type { TokenTarget } from "../../packages/behalf/src/lib/tokens/token-target.ts";
import { ActorToken } from "../../packages/behalf/src/lib/values/actor-token.ts";
import { MultiStringValue } from "../../packages/behalf/src/lib/values/multi-string-value.ts";
import { createServiceUnderTest, type ServiceUnderTest, someTarget } from "./token-service.ts";
import { createTokenOracle, type Receipt, type TokenOracle } from "./token-world/oracle.ts";
import { createScheduledServer, type ScheduledServer } from "./token-world/server.ts";

export type { Weather } from "./token-world/server.ts";

/** The scopes that are asked for. */
export type Scope = "read" | "write";

/** Who wants what: the token of one caller for one scope. */
export interface Want {
  readonly caller: string;
  readonly scope: Scope;
}

/** A token service, its server and its callers, watched by an oracle. */
export interface TokenWorld {
  readonly service: ServiceUnderTest;
  readonly server: ScheduledServer;
  readonly oracle: TokenOracle;
  /** How many callers wait. */
  readonly waiting: number;
  find(want: Want): void;
  acquire(want: Want, force: boolean): void;
  /** Lets a waiting caller hang up. */
  hangUp(index: number): void;
  /** Lets a backend refuse a token that was given out. */
  refuse(index: number): void;
}

const backend = "https://inventory.example.com";
const bounds = { maxEntries: 3, maxBytes: 1_000 };
const nameOf = ({ caller, scope }: Want): string => `${caller}.${scope}`;
const pick = <item>(items: readonly item[], index: number): item | undefined =>
  items[index % Math.max(1, items.length)];
const toTarget = (scope: Scope): TokenTarget =>
  someTarget({ grantType: "tokenExchange", scope: MultiStringValue.from(scope) });

/** Creates the world. Each answer of the server waits until the scheduler releases it. */
export function createTokenWorld(scheduler: fc.Scheduler): TokenWorld {
  const oracle = createTokenOracle(() => service.clock.now());
  const server = createScheduledServer(scheduler, oracle);
  const service = createServiceUnderTest(server.grant, bounds);
  const targets = { read: toTarget("read"), write: toTarget("write") };
  const waiters = new Set<AbortController>();
  const given: { readonly name: string; readonly token: HeldToken }[] = [];

  const receive = (want: Want, receipt: Omit<Receipt, "name">): void => {
    const [name, { token }] = [nameOf(want), receipt];
    oracle.tokenReceived({ name, ...receipt });
    if (token.source === "memory") oracle.requestFailed(name);
    given.push({ name, token });
  };

  return {
    service,
    server,
    oracle,
    get waiting() {
      return waiters.size;
    },
    find(want) {
      const token = service.tokens.find(targets[want.scope], new ActorToken(want.caller));
      if (!token) return;
      receive(want, { token, calledAt: service.clock.now(), force: false });
      oracle.tokenFound(nameOf(want), token.value());
    },
    acquire(want, force) {
      const calledAt = service.clock.now();
      const controller = new AbortController();
      waiters.add(controller);
      service.tokens
        .acquire(targets[want.scope], { subject: new ActorToken(want.caller), signal: controller.signal, force })
        .then((token) => receive(want, { token, calledAt, force }))
        .catch((error) => BehalfError.is(error) && oracle.requestFailed(nameOf(want)))
        .finally(() => waiters.delete(controller));
    },
    hangUp(index) {
      pick([...waiters], index)?.abort(new Error("gone"));
    },
    refuse(index) {
      const one = pick(given, index);
      if (one && service.tokens.reject(one.token, backend)) oracle.tokenRefused(one.name, one.token.value());
    },
  };
}
