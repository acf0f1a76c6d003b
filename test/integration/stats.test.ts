import { createBehalf } from "behalf";
import { expect, it } from "vitest";
import { createMemoryServer } from "../support/memory-shared-store.ts";
import { closeAfterTest, receive, toRoot } from "../support/open-behalf.ts";
import { fault } from "../support/scripted-as.ts";
import { some } from "../support/some.ts";
import { startServers } from "../support/start-servers.ts";
import { the } from "../support/the.ts";

async function open() {
  const { as, backend } = await startServers();
  const inventory = { host: backend.url, audience: the.audience, grantType: "tokenExchange" } as const;
  const behalf = closeAfterTest(createBehalf({ ...toRoot(as), services: { inventory } }));
  return { as, behalf, come: async (sub: string) => receive(behalf, await as.issue(some.claims({ sub }))) };
}

it("counts what is held, and holds nothing else", async () => {
  const { behalf, come } = await open();
  for (const person of [the.alice, the.bob]) {
    const { run } = await come(person);
    await run(() => behalf.service("inventory").get("/x").unwrap());
  }
  behalf.inbound.evict({ subject: the.bob });
  expect(behalf.stats()).toEqual({
    tokens: { entries: 1, bytes: expect.any(Number), evictions: 0, mostOfOneSubject: 1 },
    validatedTokens: { entries: 2, bytes: expect.any(Number) },
    flights: 0,
    waiting: { tokens: 0, introspection: 0 },
    markers: 1,
  });
});

it("counts one flight for all who wait, and those who have no place yet", async () => {
  const { as, behalf, come } = await open();
  as.faults.always("token", fault.hang());
  const { run } = await come(the.alice);
  const scopes = [...Array.from({ length: 12 }, (_, index) => `s${index}`), "s0"];
  const calls = scopes.map((scope) => {
    const controller = new AbortController();
    const { signal } = controller;
    return { controller, outcome: run(() => behalf.service("inventory").get("/x", { scope, signal })) };
  });
  const settled = Promise.all(calls.map(({ outcome }) => outcome));
  await expect.poll(() => behalf.stats()).toMatchObject({ flights: 12, waiting: { tokens: 2 } });
  for (const { controller } of calls) controller.abort();
  await settled;
  expect(behalf.stats()).toMatchObject({ flights: 0, waiting: { tokens: 0 } });
});

it("tells how the shared store is, and goes on without it", async () => {
  const { as, backend } = await startServers();
  const shared = createMemoryServer();
  const names = ["a", "b", "c", "d"] as const;
  const jobs = { host: backend.url, grantType: "clientCredentials" } as const;
  const services = Object.fromEntries(names.map((scope) => [scope, { ...jobs, scope }]));
  const root = toRoot(as);
  const encryptionKeys = [{ id: "a", key: "A".repeat(43) }];
  const behalf = closeAfterTest(createBehalf({ ...root, encryptionKeys, store: shared.connect(), services }));
  expect(behalf.health()).toMatchObject({ ready: true, store: { state: "ok", lastError: undefined } });
  shared.faults.away = true;
  for (const name of names) await behalf.service(name).get("/").unwrap();
  expect(behalf.health()).toMatchObject({ ready: true, store: { state: "down", lastError: expect.any(String) } });
  expect(root.logger.lines.filter(({ level }) => level === "warn")).toMatchObject([
    { fields: { what: "shared store", state: "unreachable" }, message: "state changed" },
  ]);
});
