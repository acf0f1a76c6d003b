import { renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type AuthOptions, fromFile, fromProvider } from "behalf";
import { describe, expect, it } from "vitest";
import { type Clock, createClock } from "../../support/clock.ts";
import type { ScriptedAs } from "../../support/scripted-as.ts";
import { startServers } from "../../support/start-servers.ts";
import { makeTemporaryFolder } from "../../support/temporary-folder.ts";
import { the } from "../../support/the.ts";
import { createInventoryApi, type InventoryApi } from "./inventory-api.ts";
import { keepCalling, shortLifeSeconds } from "./keep-calling.ts";

const oldSecret = "the-old-secret";
const newSecret = "the-new-secret";

interface World {
  readonly as: ScriptedAs;
  readonly clock: Clock;
  create(root: AuthOptions): InventoryApi;
}

async function open(): Promise<World> {
  const clock = createClock();
  const clients = [{ clientId: the.clientId, clientSecrets: [oldSecret] }];
  const { as, backend } = await startServers({ clock, clients, lifeSeconds: shortLifeSeconds });
  return { as, clock, create: (root) => createInventoryApi({ authority: as.issuer, backend, clock, root }) };
}

/** How a secret is given, and what puts the new one in its place; without that, the new one is there already. */
interface Way {
  readonly clientSecret: AuthOptions["clientSecret"] & {};
  readonly replace?: () => void;
}

const ways: Readonly<Record<string, () => Way>> = {
  "a file that is written anew": () => {
    const path = join(makeTemporaryFolder(), "secret");
    writeFileSync(path, `${oldSecret}\n`);
    return { clientSecret: fromFile(path), replace: () => writeFileSync(path, `${newSecret}\n`) };
  },
  "a file that another one is moved over": () => {
    const path = join(makeTemporaryFolder(), "secret");
    writeFileSync(path, oldSecret);
    const replace = (): void => {
      writeFileSync(`${path}.new`, newSecret);
      renameSync(`${path}.new`, path);
    };
    return { clientSecret: fromFile(path), replace };
  },
  "a list of the current one and the next": () => ({ clientSecret: [oldSecret, newSecret] }),
  "a provider": () => {
    let secret = oldSecret;
    const replace = (): void => {
      secret = newSecret;
    };
    return { clientSecret: fromProvider(async () => secret), replace };
  },
};

describe("a client secret that is rotated", () => {
  it.each(Object.keys(ways))("fails no call where it comes from %s", async (way) => {
    const { as, clock, create } = await open();
    const { clientSecret, replace } = ways[way]?.() ?? { clientSecret: "" };
    const running = keepCalling(create({ clientSecret }), { as, clock });
    await running.renewed();
    as.setClient(the.clientId, { clientSecrets: [oldSecret, newSecret] });
    await running.renewed();
    replace?.();
    await running.renewed();
    as.setClient(the.clientId, { clientSecrets: [newSecret] });
    await running.renewed();
    const { calls, failures } = await running.stop();
    expect(failures).toEqual([]);
    expect(calls).toBeGreaterThan(50);
  });

  it.each(Object.keys(ways))("from one moment to the next fails no call where it comes from %s", async (way) => {
    const { as, clock, create } = await open();
    const { clientSecret, replace } = ways[way]?.() ?? { clientSecret: "" };
    const running = keepCalling(create({ clientSecret }), { as, clock });
    await running.renewed();
    replace?.();
    as.setClient(the.clientId, { clientSecrets: [newSecret] });
    await running.renewed();
    expect((await running.stop()).failures).toEqual([]);
  });

  it("is found while a request with the old one is under way", async () => {
    const { as, clock, create } = await open();
    let secret = oldSecret;
    const api = create({ clientSecret: fromProvider(() => secret) });
    const gate = as.hold();
    const calling = api.service("inventory").endpoint("items").get().unwrap();
    await gate.arrived();
    secret = newSecret;
    as.setClient(the.clientId, { clientSecrets: [newSecret] });
    gate.release();
    await calling;
    expect(as.tokenRequests).toHaveLength(2);
    clock.advance(shortLifeSeconds * 1_000);
    await api.service("inventory").endpoint("items").get().unwrap();
    expect(as.tokenRequests).toHaveLength(3);
  });

  it("is remembered: the next token takes one request", async () => {
    const { as, clock, create } = await open();
    as.setClient(the.clientId, { clientSecrets: [newSecret] });
    const api = create({ clientSecret: [oldSecret, newSecret] });
    for (const requests of [2, 3, 4]) {
      await api.service("inventory").endpoint("items").get().unwrap();
      expect(as.tokenRequests).toHaveLength(requests);
      clock.advance(shortLifeSeconds * 1_000);
    }
  });
});

describe("a client secret that is refused", () => {
  it.each([
    ["gives the same", () => "wrong", 1],
    ["gives another wrong one", (count: number) => `wrong-${count}`, 2],
    ["gives nothing more", (count: number) => (count === 1 ? "wrong" : undefined), 1],
  ] as const)("is asked for once more, and no more, where its source %s", async (_what, give, requests) => {
    const { as, create } = await open();
    const refusals: boolean[] = [];
    const clientSecret = fromProvider((_, { refused }) => {
      refusals.push(refused !== undefined);
      return give(refusals.length);
    });
    await expect(create({ clientSecret }).service("inventory").endpoint("items").get().unwrap()).rejects.toMatchObject({
      name: "TokenRefusedError",
      error: "invalid_client",
    });
    expect(refusals).toEqual([false, true]);
    expect(as.tokenRequests).toHaveLength(requests);
  });
});
