import { type BehalfInbound, CallerTokenError, createBehalf, isBehalfError } from "behalf";
import type { AnyBehalf } from "behalf/fastify";
import { createRedisStore } from "behalf/redis";
import { onTestFinished } from "vitest";
import { type ClientKind, clientKinds } from "../../redis/clients.ts";
import { type Clock, createClock } from "../../support/clock.ts";
import { toRoot } from "../../support/open-behalf.ts";
import type { ScriptedAs } from "../../support/scripted-as.ts";
import { the } from "../../support/the.ts";

/** The key that all instances of the tests have. */
export const encryptionKey = { id: "2026", key: Buffer.alloc(32, 7).toString("base64") };

/** What a request shows. */
export interface ShownHeaders {
  /** Names and values in turn. */
  readonly headers: readonly string[];
  readonly url?: string;
}

/** Shows a bearer token. */
export const bearer = (token: string): ShownHeaders => ({ headers: ["authorization", `Bearer ${token}`] });

/** An instance of orders-api over a shared store. */
export interface SharedInstance {
  readonly clock: Clock;
  readonly inbound: BehalfInbound;
  /** Gives "accepted", the reason of a refusal, or the code of another error. */
  verdict(shown: ShownHeaders): Promise<string>;
}

/** Where an instance is, and what it asks. */
export interface InstanceSettings {
  readonly as: ScriptedAs;
  /** The port of the server of the store. */
  readonly port: number;
  readonly clock?: Clock;
  readonly kind?: ClientKind;
  readonly inbound?: object;
}

function toVerdict(error: unknown): string {
  if (error instanceof CallerTokenError) return error.reason;
  return isBehalfError(error) ? error.code : String(error);
}

const [firstKind] = clientKinds;

/** Opens an instance that ends with the current test. */
export async function openInstance(settings: InstanceSettings): Promise<SharedInstance> {
  const { as, port, clock = createClock(), kind = firstKind, inbound = {} } = settings;
  if (!kind) throw new Error("There is no client");
  const { client, close } = await kind.open(port);
  const behalf: AnyBehalf = createBehalf({
    ...toRoot(as),
    inbound: { audience: the.clientId, ...inbound },
    encryptionKeys: [encryptionKey],
    store: createRedisStore(client),
    now: clock.now,
    services: {},
  });
  onTestFinished(async () => {
    await behalf.close();
    close();
  });
  return {
    clock,
    inbound: behalf.inbound,
    async verdict({ headers, url = "/" }) {
      const context = behalf.receive({
        rawHeaders: headers,
        method: "GET",
        url,
        setResponseHeader() {},
        onHangUp() {},
      });
      try {
        await behalf.authenticateCaller(context);
        return "accepted";
      } catch (error) {
        return toVerdict(error);
      }
    },
  };
}
