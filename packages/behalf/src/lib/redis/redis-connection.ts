/** A script of the store: it touches one key. */
export interface StoreScript {
  readonly lua: string;
  /** SHA-1 of the text, by which a server knows it again. */
  readonly sha1: string;
}

/** What a script is run with. */
export interface ScriptInput {
  readonly key: string;
  readonly values: readonly string[];
}

/** `ready`: commands go out at once. `waiting`: they would wait in the client's queue. `closed`: they would be refused. */
export type ConnectionState = "ready" | "waiting" | "closed";

/** A client in the words of the store, whatever its library. Replies come as its server gives them. */
export interface RedisConnection {
  /** Connects a client that waits for its first command, and tells what would happen to a command. */
  prepare(): ConnectionState;
  set(key: string, text: string, livesMs: number): Promise<unknown>;
  del(key: string): Promise<unknown>;
  /** Runs a script that the server knows already; rejects where it does not. */
  evalKnown(script: StoreScript, input: ScriptInput): Promise<unknown>;
  evalText(script: StoreScript, input: ScriptInput): Promise<unknown>;
  publish(channel: string, message: string): Promise<unknown>;
  /** Opens a connection of its own that listens. It connects again by itself, and then listens to the same channels. */
  openSubscriber(deliver: Deliver): RedisSubscriber;
}

/** Is told every message of the channels that are listened to. */
export type Deliver = (channel: string, message: string) => void;

/** A connection that listens. */
export interface RedisSubscriber {
  /** Whether its client has given up for good. */
  hasEnded(): boolean;
  subscribe(channel: string): Promise<unknown>;
  unsubscribe(channel: string): Promise<unknown>;
  /** Ends the connection at once. */
  close(): void;
}
