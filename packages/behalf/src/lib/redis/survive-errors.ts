import type { RedisEvents } from "./redis-client.ts";

const ignore = (): void => {};

/**
 * Lets a client lose its connection without an end of the process: an event "error" that nobody listens to would be thrown.
 * What is lost by it is told by the commands that fail.
 */
export function surviveErrors(client: RedisEvents): void {
  if (!client.listeners("error").includes(ignore)) client.on("error", ignore);
}
