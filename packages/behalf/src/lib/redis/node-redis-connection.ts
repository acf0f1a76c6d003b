import type { NodeRedisClient } from "./redis-client.ts";
import type { Deliver, RedisConnection, RedisSubscriber, ScriptInput } from "./redis-connection.ts";
import { surviveErrors } from "./survive-errors.ts";

const toOptions = ({ key, values }: ScriptInput) => ({ keys: [key], arguments: [...values] });

function openSubscriber(client: NodeRedisClient, deliver: Deliver): RedisSubscriber {
  const own = client.duplicate();
  surviveErrors(own);
  let ended = false;
  const connecting = own.connect();
  connecting.catch(() => {
    ended = true;
  });
  const listener = (message: string, channel: string): void => deliver(channel, message);

  return {
    hasEnded: () => ended || !own.isOpen,
    async subscribe(channel) {
      await connecting;
      await own.subscribe(channel, listener);
    },
    unsubscribe: (channel) => own.unsubscribe(channel),
    close() {
      // It throws, or rejects, where there is nothing to end; and what is connecting may be open only afterwards.
      const end = async () => own.destroy();
      end().catch(() => {});
      connecting.then(end).catch(() => {});
    },
  };
}

/** Takes a client of `@redis/client`. A command that could not be sent within `queuedMs` leaves the client's queue. */
export function toNodeRedisConnection(client: NodeRedisClient, queuedMs: number): RedisConnection {
  // Replies as text, whatever the client maps them to for its other users.
  const commands = client.withCommandOptions({ timeout: queuedMs, typeMapping: {} });
  return {
    prepare() {
      if (client.isReady) return "ready";
      return client.isOpen ? "waiting" : "closed";
    },
    set: (key, text, livesMs) => commands.set(key, text, { expiration: { type: "PX", value: livesMs } }),
    del: (key) => commands.del(key),
    evalKnown: ({ sha1 }, input) => commands.evalSha(sha1, toOptions(input)),
    evalText: ({ lua }, input) => commands.eval(lua, toOptions(input)),
    publish: (channel, message) => commands.publish(channel, message),
    openSubscriber: (deliver) => openSubscriber(client, deliver),
  };
}
