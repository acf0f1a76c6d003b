import { describe, expect, it, vi } from "vitest";
import { createMemoryServer } from "../../../../../test/support/memory-shared-store.ts";
import { createRecordingLogger } from "../../../../../test/support/recording-logger.ts";
import type { SharedStore } from "../tokens/shared-store.ts";
import { createBehalf } from "./create-behalf.ts";

const settings = {
  authority: "https://login.example.com",
  clientId: "orders-api",
  clientSecret: "s3cret",
  inbound: { audience: "orders-api" },
  encryptionKeys: [{ id: "a", key: "A".repeat(43) }],
  environment: false,
  services: {},
} as const;

describe("an instance that cannot be made", () => {
  it("does not go on listening to the shared store", async () => {
    const store = createMemoryServer().connect();
    const listening: string[] = [];
    let left = 0;
    const subscribe: SharedStore["subscribe"] = async (topic, listener) => {
      const stop = await store.subscribe(topic, listener);
      listening.push(topic);
      return async () => {
        left += 1;
        await stop();
      };
    };
    const wrong: object = { serviceClasses: { nope: class {} } };
    const options = { ...settings, ...wrong, logger: createRecordingLogger(), store: { ...store, subscribe } };
    expect(() => createBehalf(options)).toThrow(expect.objectContaining({ code: "BEHALF_CONFIG_INVALID" }));
    await vi.waitFor(() => expect([listening.length, left]).toEqual([1, 1]), { interval: 5 });
  });
});
