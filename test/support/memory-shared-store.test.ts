import { describe } from "vitest";
import { describeStoreContract } from "../redis/store-contract.ts";
import { createMemoryServer } from "./memory-shared-store.ts";

describe("a store in memory", () => {
  const server = createMemoryServer();
  const stores = [server.connect(), server.connect()] as const;
  describeStoreContract(() => stores);
});
