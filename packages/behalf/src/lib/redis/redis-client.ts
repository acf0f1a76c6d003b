/** What a script is evaluated with, as `@redis/client` takes it. */
export interface EvalOptions {
  keys: string[];
  arguments: string[];
}

/** The commands that are sent through a client of `@redis/client`. */
export interface NodeRedisCommands {
  set(key: string, value: string, options: { expiration: { type: "PX"; value: number } }): Promise<unknown>;
  del(key: string): Promise<unknown>;
  evalSha(sha1: string, options: EvalOptions): Promise<unknown>;
  eval(script: string, options: EvalOptions): Promise<unknown>;
  publish(channel: string, message: string): Promise<unknown>;
}

/** What an event emitter is asked for. */
export interface RedisEvents {
  on(event: string, listener: (...values: string[]) => void): unknown;
  listeners(event: string): readonly unknown[];
}

/** What `createClient`, `createCluster` or `createSentinel` of `@redis/client` gives, from version 6 on. */
export interface NodeRedisClient extends NodeRedisCommands, RedisEvents {
  readonly isOpen: boolean;
  readonly isReady: boolean;
  connect(): Promise<unknown>;
  destroy(): unknown;
  duplicate(): NodeRedisClient;
  subscribe(channel: string, listener: (message: string, channel: string) => void): Promise<unknown>;
  unsubscribe(channel: string): Promise<unknown>;
  withCommandOptions(options: { timeout: number; typeMapping: object }): NodeRedisCommands;
}

/** A `Redis` or a `Cluster` of `ioredis` or `iovalkey`. */
export interface IoRedisClient extends RedisEvents {
  readonly status: string;
  readonly isCluster: boolean;
  call(command: string, ...args: string[]): Promise<unknown>;
  connect(): Promise<unknown>;
  disconnect(): void;
  duplicate(...overrides: (object | undefined)[]): IoRedisClient;
  subscribe(channel: string): Promise<unknown>;
  unsubscribe(channel: string): Promise<unknown>;
}

/** A client that a shared store can use: of `@redis/client`, `ioredis` or `iovalkey`. */
export type RedisStoreClient = NodeRedisClient | IoRedisClient;
