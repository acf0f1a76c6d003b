import { describe, expect, it } from "vitest";
import { createMemoryServer, type MemoryServer } from "../../../../../../test/support/memory-shared-store.ts";
import { recordEvents } from "../../../../../../test/support/record-events.ts";
import { createRecordingLogger } from "../../../../../../test/support/recording-logger.ts";
import { createRingKey, openSharedParts } from "../../../../../../test/support/shared-process.ts";
import { createDiagnostics } from "../../diagnostics/diagnostics.ts";
import { RefreshToken } from "../../values/refresh-token.ts";
import { createSharedChains, type SharedChains } from "./shared-chains.ts";
import type { StoredChain } from "./stored-chain.ts";

const keys = [createRingKey(), createRingKey()];
const first = new RefreshToken("a");
const second = new RefreshToken("b");
const third = new RefreshToken("c");
const id = first.digest();

function open(server: MemoryServer, own = keys): SharedChains {
  const diagnostics = createDiagnostics("orders", createRecordingLogger());
  return createSharedChains({ ...openSharedParts(server.connect(), { keys: own }), diagnostics });
}

const state = (number: number, newest: RefreshToken, lost = false): StoredChain => ({ number, newest, lost });

/** Writes the first successor. */
const begin = (chains: SharedChains) =>
  chains.write(id, { next: state(1, second), before: first.digest(), expected: undefined });

describe("the end of a chain", () => {
  it("is nothing before there was a successor", async () => {
    expect(await open(createMemoryServer()).read(id)).toEqual({ chain: undefined, text: undefined });
  });

  it("is what another process has written", async () => {
    const server = createMemoryServer();
    expect(await begin(open(server))).toBe(true);
    const read = await open(server).read(id);
    expect(read?.chain).toMatchObject({ number: 1, lost: false });
    expect(read?.chain?.newest.value()).toBe("b");
  });

  it("is replaced by one who has read the present one only", async () => {
    const server = createMemoryServer();
    const chains = open(server);
    await begin(chains);
    const change = { next: state(2, third), before: second.digest() };
    expect(await chains.write(id, { ...change, expected: undefined })).toBe(false);
    expect(await chains.write(id, { ...change, expected: (await chains.read(id))?.text })).toBe(true);
  });

  it("counts as written where it is there already: an answer came too late", async () => {
    const chains = open(createMemoryServer());
    await begin(chains);
    expect(await begin(chains)).toBe(true);
  });

  it("is written though the store has lost everything since it was read", async () => {
    const server = createMemoryServer();
    const chains = open(server);
    await begin(chains);
    const { text: expected } = (await chains.read(id)) ?? {};
    server.flush();
    expect(await chains.write(id, { next: state(2, third), before: second.digest(), expected })).toBe(true);
    expect((await open(server).read(id))?.chain?.newest.value()).toBe("c");
  });

  it("is not known without the store", async () => {
    const server = createMemoryServer();
    const chains = open(server);
    server.faults.away = true;
    expect([await chains.read(id), await begin(chains), await chains.idOf(id)]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it("is the later one of those that stand under two keys", async () => {
    const server = createMemoryServer();
    const [one, other] = [open(server), open(server, [...keys].reverse())];
    await begin(one);
    await other.write(id, { next: state(2, third), before: second.digest(), expected: undefined });
    expect((await one.read(id))?.chain?.number).toBe(2);
    expect((await other.read(id))?.chain?.number).toBe(2);
  });

  it("is not guessed where a later version of this package has written it", async () => {
    const server = createMemoryServer();
    const told = recordEvents("behalf:store");
    const { seal, store } = openSharedParts(server.connect(), { keys });
    const name = seal.nameOf("refresh", id);
    await store.ask((present) => present.write(name, seal.seal(name, '{"version":2}'), 60_000));
    const chains = open(server);
    expect([await chains.read(id), await chains.read(id)]).toEqual([undefined, undefined]);
    expect(told).toMatchObject([{ what: "refresh token", problem: "version" }]);
  });

  it.each([
    ["malformed", (seal: (text: string) => string) => seal('{"version":1,"token":"","number":1}')],
    ["malformed", (seal: (text: string) => string) => seal('{"version":1,"token":"b","number":"1"}')],
    ["malformed", (seal: (text: string) => string) => seal("b")],
    ["foreign", (seal: (text: string) => string) => seal('{"version":1,"token":"b","number":1}').slice(0, -2)],
  ] as const)("is nothing where it is %s, and that is told once", async (problem, make) => {
    const server = createMemoryServer();
    const told = recordEvents("behalf:store");
    const { seal, store } = openSharedParts(server.connect(), { keys });
    const name = seal.nameOf("refresh", id);
    const text = make((plain) => seal.seal(name, plain));
    await store.ask((present) => present.write(name, text, 60_000));
    const chains = open(server);
    expect([await chains.read(id), await chains.read(id)]).toEqual([
      { chain: undefined, text },
      { chain: undefined, text },
    ]);
    expect(told).toMatchObject([{ what: "refresh token", problem }]);
  });
});

describe("the id of a chain", () => {
  it("is the digest of a token that nobody knows", async () => {
    expect(await open(createMemoryServer()).idOf(second.digest())).toBe(second.digest());
  });

  it("is found by each token of the chain, under the key of any process", async () => {
    const server = createMemoryServer();
    const chains = open(server);
    await begin(chains);
    const { text: expected } = (await chains.read(id)) ?? {};
    await chains.write(id, { next: state(2, third), before: second.digest(), expected });
    const other = open(server, [...keys].reverse());
    for (const token of [first, second, third]) expect(await other.idOf(token.digest())).toBe(id);
  });
});
