import { createBehalf } from "behalf";
import { describe, expect, it } from "vitest";
import { createMemoryServer } from "../../support/memory-shared-store.ts";
import { closeAfterTest, toRoot } from "../../support/open-behalf.ts";
import { startServers } from "../../support/start-servers.ts";

const encryptionKeys = [{ id: "a", key: "A".repeat(43) }];

describe("instances that share a store", () => {
  it("ask for a token once", async () => {
    const { as, backend } = await startServers();
    const shared = createMemoryServer();
    const services = { jobs: { host: backend.url, grantType: "clientCredentials" } } as const;
    const open = () =>
      closeAfterTest(createBehalf({ ...toRoot(as), encryptionKeys, store: shared.connect(), services }));
    const instances = Array.from({ length: 4 }, open);
    const calls = instances.flatMap((one) => Array.from({ length: 50 }, () => one.service("jobs").get("/").unwrap()));
    await Promise.all(calls);
    expect(as.count("token")).toBe(1);
    expect(backend.requests).toHaveLength(200);
  });
});
