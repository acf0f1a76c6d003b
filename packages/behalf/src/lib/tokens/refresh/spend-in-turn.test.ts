import { describe, expect, it } from "vitest";
import { TokenUnreachableError } from "../../errors/token-unreachable-error.ts";
import type { IssuedToken } from "../../oauth/token-request.ts";
import { ActorToken } from "../../values/actor-token.ts";
import { MultiStringValue } from "../../values/multi-string-value.ts";
import { RefreshToken } from "../../values/refresh-token.ts";
import { Secret } from "../../values/secret.ts";
import { createRefreshChains, type RefreshChains } from "../refresh-chains.ts";
import type { ChainUse } from "./chain.ts";
import type { ChainInStore, SharedChains } from "./shared-chains.ts";

const issued = (successor: string): IssuedToken => ({
  token: new ActorToken("access"),
  tokenType: "Bearer",
  expiresInMs: undefined,
  scope: MultiStringValue.empty,
  issuedTokenType: undefined,
  refreshToken: new Secret(successor),
  tolerated: [],
  deviations: [],
});

const stored = (number: number, token: string): ChainInStore => ({
  chain: { number, newest: new RefreshToken(token), lost: false },
  text: `${number} ${token}`,
});

/** What the store does, one answer after the other; the last one again and again. */
interface Script {
  readonly reads?: readonly (ChainInStore | undefined)[];
  readonly writes?: readonly (boolean | undefined)[];
  readonly locks?: readonly ("lasting" | "lapsing" | "taken")[];
}

interface World {
  readonly chains: RefreshChains;
  /** What was done, in order. */
  readonly done: readonly string[];
  readonly use: ChainUse<"found">;
}

function open({ reads = [], writes = [true], locks = ["lasting"] }: Script): World {
  const done: string[] = [];
  const empty: ChainInStore = { chain: undefined, text: undefined };
  const turns = { reads: 0, writes: 0, locks: 0 };
  const next = <item>(of: keyof typeof turns, items: readonly item[]): item | undefined => {
    turns[of] += 1;
    return items[Math.min(turns[of], items.length) - 1];
  };
  const shared: SharedChains = {
    idOf: async (digest) => digest,
    read: async () => (reads.length > 0 ? next("reads", reads) : empty),
    async write(_id, { next: to, expected }) {
      done.push(`write ${to.number} ${to.newest.value()} over ${expected}`);
      return next("writes", writes);
    },
    async lock() {
      const state = next("locks", locks);
      done.push(`lock ${state}`);
      if (state === "taken") return state;
      const release = async () => done.push("release");
      return { lasts: () => state === "lasting", prolong: async () => {}, release };
    },
    wait: async () => {},
    wake: async () => {},
  };
  const use: ChainUse<"found"> = {
    async ask(newest) {
      done.push(`ask ${newest.value()}`);
      return issued(`${newest.value()}+`);
    },
    keep: async (successor) => void done.push(`keep ${successor.value()}`),
    sharing: {
      reusable: false,
      assertInTime() {},
      find: async () => undefined,
      share: async () => done.push("share"),
      late: () => void done.push("late"),
      toError: (code) => new TokenUnreachableError({ code, url: "https://as.example.com", client: "orders-api" }),
    },
  };
  return { chains: createRefreshChains(Date.now, shared), done, use };
}

const token = new RefreshToken("a");

describe("a turn", () => {
  it("tells of the successor before it shares what was given, and is over when that is kept", async () => {
    const { chains, done, use } = open({});
    await chains.spend(token, use);
    await expect.poll(() => done).toContain("release");
    expect(done).toEqual(["lock lasting", "ask a", "write 1 a+ over undefined", "share", "keep a+", "release"]);
  });

  it("is waited for", async () => {
    const { chains, done, use } = open({ locks: ["taken", "taken", "lasting"] });
    await chains.spend(token, use);
    expect(done.slice(0, 4)).toEqual(["lock taken", "lock taken", "lock lasting", "ask a"]);
  });

  it("is waited for as long as there is time", async () => {
    const { chains, done, use } = open({ locks: ["taken"] });
    let looks = 0;
    const assertInTime = (): void => {
      looks += 1;
      if (looks > 5) throw new RangeError("too late");
    };
    const sharing = use.sharing && { ...use.sharing, assertInTime };
    await expect(chains.spend(token, { ...use, ...(sharing && { sharing }) })).rejects.toThrow("too late");
    expect(done).toEqual(Array.from({ length: 5 }, () => "lock taken"));
  });

  it("is taken anew where it would be over before an answer", async () => {
    const { chains, done, use } = open({ locks: ["lapsing", "lasting"] });
    await chains.spend(token, use);
    expect(done.filter((one) => /lock|ask/.test(one))).toEqual(["lock lapsing", "lock lasting", "ask a"]);
  });

  it("gives what another process was given, before it came or before it was waited for", async () => {
    const { chains, done, use } = open({});
    for (const answers of [["found"], [undefined, "found"]] as const) {
      const left = [...answers];
      const sharing = use.sharing && { ...use.sharing, find: async () => left.shift() };
      expect(await chains.spend(token, { ...use, ...(sharing && { sharing }) })).toBe("found");
    }
    await expect.poll(() => done).toEqual(["lock lasting", "release"]);
  });

  it("gives what another process was given, though the chain cannot be read", async () => {
    const { chains, done, use } = open({ reads: [undefined] });
    const sharing = use.sharing && { ...use.sharing, find: async () => "found" as const };
    expect(await chains.spend(token, { ...use, ...(sharing && { sharing }) })).toBe("found");
    expect(done).toEqual([]);
  });

  it("begins with the newest token of all processes", async () => {
    const { chains, done, use } = open({ reads: [stored(4, "e")] });
    await chains.spend(token, use);
    expect(done).toEqual(expect.arrayContaining(["ask e", "write 5 e+ over 4 e", "keep e+"]));
    expect(chains.idOf(new RefreshToken("e"))).toBe(token.digest());
  });

  it("does not go back to an older token than this process knows of", async () => {
    const { chains, done, use } = open({ reads: [stored(1, "b"), stored(1, "b"), stored(1, "b")] });
    await chains.spend(token, use);
    await chains.spend(token, use);
    expect(done.filter((one) => one.startsWith("ask"))).toEqual(["ask b", "ask b+"]);
  });

  it("takes over what another process was faster to write", async () => {
    const { chains, done, use } = open({
      reads: [{ chain: undefined, text: undefined }, { chain: undefined, text: undefined }, stored(1, "b")],
      writes: [false, true],
    });
    await chains.spend(token, use);
    await chains.spend(token, use);
    expect(done.filter((one) => one.startsWith("ask"))).toEqual(["ask a", "ask b"]);
  });

  it("is kept until the store has what came of it, and that is said once", async () => {
    const { chains, done, use } = open({ writes: [undefined, undefined, true] });
    await chains.spend(token, use);
    expect(done).not.toContain("release");
    await expect.poll(() => done, { timeout: 3_000 }).toContain("release");
    expect(done.filter((one) => /write|late|release/.test(one))).toEqual([
      "write 1 a+ over undefined",
      "late",
      "write 1 a+ over undefined",
      "write 1 a+ over undefined",
      "release",
    ]);
  });

  it("is over where the server said no", async () => {
    const { chains, done, use } = open({});
    const ask = () => Promise.reject(new RangeError("no"));
    await expect(chains.spend(token, { ...use, ask })).rejects.toThrow("no");
    await expect.poll(() => done).toEqual(["lock lasting", "release"]);
  });

  it("is not taken without the store", async () => {
    const { chains, done, use } = open({ reads: [undefined] });
    await expect(chains.spend(token, use)).rejects.toMatchObject({ code: "BEHALF_SHARED_STORE_AWAY" });
    expect(done).toEqual([]);
  });

  it("is given back where the store goes away before the server is asked", async () => {
    const { chains, done, use } = open({ reads: [{ chain: undefined, text: undefined }, undefined] });
    await expect(chains.spend(token, use)).rejects.toMatchObject({ code: "BEHALF_SHARED_STORE_AWAY" });
    await expect.poll(() => done).toEqual(["lock lasting", "release"]);
  });
});
