import type { IoRedisClient } from "./redis-client.ts";
import type { Deliver, RedisConnection, RedisSubscriber } from "./redis-connection.ts";
import { surviveErrors } from "./survive-errors.ts";

// What a program may have set for its own commands, and a connection that listens cannot be without; and an end in short time.
const listening = {
  lazyConnect: true,
  enableOfflineQueue: true,
  autoResubscribe: true,
  maxRetriesPerRequest: null,
  disconnectTimeout: 100,
};

function openSubscriber(client: IoRedisClient, deliver: Deliver): RedisSubscriber {
  const own = client.isCluster ? client.duplicate([], listening) : client.duplicate(listening);
  surviveErrors(own);
  own.on("message", deliver);
  return {
    hasEnded: () => own.status === "end",
    subscribe: (channel) => own.subscribe(channel),
    unsubscribe: (channel) => own.unsubscribe(channel),
    close: () => own.disconnect(),
  };
}

/** Takes a client of `ioredis` or `iovalkey`. */
export function toIoRedisConnection(client: IoRedisClient): RedisConnection {
  return {
    prepare() {
      if (client.status === "wait") client.connect().catch(() => {});
      if (client.status === "ready") return "ready";
      return client.status === "end" ? "closed" : "waiting";
    },
    set: (key, text, livesMs) => client.call("SET", key, text, "PX", String(livesMs)),
    del: (key) => client.call("DEL", key),
    evalKnown: ({ sha1 }, { key, values }) => client.call("EVALSHA", sha1, "1", key, ...values),
    evalText: ({ lua }, { key, values }) => client.call("EVAL", lua, "1", key, ...values),
    publish: (channel, message) => client.call("PUBLISH", channel, message),
    openSubscriber: (deliver) => openSubscriber(client, deliver),
  };
}
