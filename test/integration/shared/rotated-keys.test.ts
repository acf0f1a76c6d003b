import { createBehalf } from "behalf";
import { describe, expect, it } from "vitest";
import { createMemoryServer } from "../../support/memory-shared-store.ts";
import { closeAfterTest, toRoot } from "../../support/open-behalf.ts";
import { startServers } from "../../support/start-servers.ts";

const old = { id: "old", key: "A".repeat(43) };
const young = { id: "young", key: "E".repeat(43) };

/** Opens processes with rings of their own over one store; each call tells how often a token was asked for by then. */
async function openFleet() {
  const { as, backend } = await startServers();
  const shared = createMemoryServer();
  const jobs = { host: backend.url, grantType: "clientCredentials" } as const;
  const services = { first: { ...jobs, scope: "first" }, second: { ...jobs, scope: "second" } };
  return (encryptionKeys: readonly (typeof old)[]) => {
    const behalf = closeAfterTest(createBehalf({ ...toRoot(as), encryptionKeys, store: shared.connect(), services }));
    return async (service: "first" | "second") => {
      await behalf.service(service).get("/").unwrap();
      // Nobody waits for what is written: a test that asks another process does.
      await expect.poll(() => new Set(shared.dump().match(/token:[\w-]+/g)).size).toBe(as.count("token"));
      return as.count("token");
    };
  };
}

describe("encryption keys that are rotated as the page says", () => {
  it("cost no token request: what either key has sealed is found by both rings", async () => {
    const open = await openFleet();
    const before = open([old]);
    const [prepared, alsoPrepared] = [open([old, young]), open([old, young])];
    const turned = open([young, old]);
    expect([await before("first"), await prepared("first"), await turned("first")]).toEqual([1, 1, 1]);
    expect([await turned("second"), await alsoPrepared("second")]).toEqual([2, 2]);
  });

  it("are the end of what an old key has sealed, once it is gone", async () => {
    const open = await openFleet();
    expect([await open([old])("first"), await open([young])("first")]).toEqual([1, 2]);
  });

  it("cost a request where a process was left out", async () => {
    const open = await openFleet();
    expect([await open([young, old])("first"), await open([old])("first")]).toEqual([1, 2]);
  });
});
