import type { ConnectionSettings } from "../../packages/behalf/src/lib/values/call-settings.ts";

/** How connections are made, with the members that a test cares about set. Settings alike have the same key. */
export function someConnections(changes: Partial<ConnectionSettings> = {}): ConnectionSettings {
  return {
    key: JSON.stringify(changes),
    maxConnections: undefined,
    keepAliveMs: undefined,
    connectTimeoutMs: undefined,
    http2: false,
    socketPath: undefined,
    ...changes,
  };
}
