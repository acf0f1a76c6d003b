import { storeClosed } from "./own-errors.ts";
import type { RedisConnection, RedisSubscriber } from "./redis-connection.ts";
import { Waits } from "./waits.ts";

type Listener = (message: string) => void;

interface Channel {
  readonly name: string;
  readonly listeners: Set<{ readonly tell: Listener }>;
  /** The connection that listens to it now. */
  on: RedisSubscriber | undefined;
  /** What is said about one channel is said in order. */
  turn: Promise<void>;
}

function tellAll({ listeners }: Channel, message: string): void {
  for (const { tell } of [...listeners]) {
    try {
      tell(message);
    } catch {
      // A listener's mistake is its own: the client would lose its connection by it, or the process would end.
    }
  }
}

/** Who listens to which channel, over one connection that is opened for the first of them. */
export class Subscriptions {
  readonly #connection: RedisConnection;
  readonly #waits: Waits;
  readonly #channels = new Map<string, Channel>();
  #subscriber: RedisSubscriber | undefined;
  #closed = false;

  /** The server has so many milliseconds to agree. */
  constructor(connection: RedisConnection, withinMs: number) {
    this.#connection = connection;
    this.#waits = new Waits(withinMs);
  }

  /** Rejects if the server has not agreed in time. Gives the function that ends it. */
  async subscribe(name: string, listener: Listener): Promise<() => void> {
    const channel = this.#channels.get(name) ?? { name, listeners: new Set(), on: undefined, turn: Promise.resolve() };
    this.#channels.set(name, channel);
    const entry = { tell: listener };
    channel.listeners.add(entry);
    const leave = (): void => {
      if (channel.listeners.delete(entry)) this.#align(channel).catch(() => {});
    };
    try {
      await this.#waits.waitFor(this.#align(channel));
      return leave;
    } catch (error) {
      leave();
      throw error;
    }
  }

  close(): void {
    this.#closed = true;
    this.#channels.clear();
    this.#subscriber?.close();
    this.#subscriber = undefined;
    this.#waits.end(storeClosed());
  }

  /** Makes the server tell what is listened to, and nothing else. */
  #align(channel: Channel): Promise<void> {
    const aligned = channel.turn.then(() => (channel.listeners.size > 0 ? this.#begin(channel) : this.#end(channel)));
    channel.turn = aligned.catch(() => {});
    return aligned;
  }

  async #begin(channel: Channel): Promise<void> {
    const subscriber = this.#current();
    if (channel.on === subscriber) return;
    await subscriber.subscribe(channel.name);
    channel.on = subscriber;
  }

  async #end(channel: Channel): Promise<void> {
    const { on, name } = channel;
    channel.on = undefined;
    try {
      if (on && on === this.#subscriber) await on.unsubscribe(name);
    } finally {
      if (channel.listeners.size === 0) this.#channels.delete(name);
    }
  }

  #current(): RedisSubscriber {
    // What waited for its turn may come here after the end.
    if (this.#closed) throw storeClosed();
    if (this.#subscriber && !this.#subscriber.hasEnded()) return this.#subscriber;
    this.#subscriber?.close();
    this.#subscriber = this.#connection.openSubscriber((name, message) => {
      const channel = this.#channels.get(name);
      if (channel) tellAll(channel, message);
    });
    for (const channel of this.#channels.values()) this.#align(channel).catch(() => {});
    return this.#subscriber;
  }
}
