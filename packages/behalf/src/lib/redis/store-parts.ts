import type { Perform } from "./gate.ts";
import type { RedisConnection } from "./redis-connection.ts";

/** What the methods of a store work with. */
export interface StoreParts {
  readonly connection: RedisConnection;
  readonly prefix: string;
  readonly perform: Perform;
}
