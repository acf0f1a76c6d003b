import { CallerTokenError, createBehalf } from "behalf";
import { describe, expect, it } from "vitest";
import { createClock } from "../support/clock.ts";
import { closeAfterTest, openRequest, toRoot } from "../support/open-behalf.ts";
import { fault, type SigningChoice } from "../support/scripted-as.ts";
import { some } from "../support/some.ts";
import { startAs } from "../support/start-servers.ts";

/** Tokens, and what they claim to be signed by. */
interface Lot {
  readonly kind: string;
  readonly kid: string;
  readonly tokens: readonly string[];
  /** The verdict where the key is known. @default "accepted" */
  readonly verdict?: string;
}

const cooldownMs = 5_000;

/** An API that is asked once a second by many at once, and what must come of it. */
async function startLoad() {
  const clock = createClock();
  const as = await startAs({ clock });
  const root = toRoot(as);
  const inbound = { ...root.inbound, jwksCooldownMs: cooldownMs };
  const behalf = closeAfterTest(createBehalf({ ...root, inbound, services: {}, now: clock.now }));
  const verdicts: Record<string, number> = {};
  const wrong: string[] = [];
  let known: ReadonlySet<string | undefined> = new Set();
  let away = false;

  const look = async (token: string): Promise<string> => {
    try {
      await behalf.authenticateCaller(openRequest(behalf, { authorization: `Bearer ${token}` }).context);
      return "accepted";
    } catch (error) {
      return error instanceof CallerTokenError ? error.reason : String(error);
    }
  };

  /** The keys that a server which is there has just told. */
  const learn = (fetches: number): ReadonlySet<string | undefined> =>
    away || as.count("jwks") === fetches ? known : new Set(as.publicKeys().map(({ kid }) => kid));

  return {
    as,
    verdicts,
    wrong,
    knows: (kid: string): boolean => known.has(kid),
    setAway(now: boolean): void {
      away = now;
      as.faults.clear();
      if (away) for (const endpoint of ["metadata", "jwks"] as const) as.faults.always(endpoint, fault.drop());
    },
    mint: (count: number, choice?: SigningChoice): Promise<readonly string[]> =>
      Promise.all(Array.from({ length: count }, () => as.issue(some.claims(), choice))),
    /** Sends a second's requests at once. In a second in which keys are fetched, both verdicts are right. */
    async send(...lots: readonly Lot[]): Promise<void> {
      clock.advance(1_000);
      const fetches = as.count("jwks");
      const looks = lots.flatMap((lot) => lot.tokens.map(async (token) => ({ lot, seen: await look(token) })));
      const looked = await Promise.all(looks);
      const before = known;
      known = learn(fetches);
      for (const { lot, seen } of looked) {
        const { kind, kid, verdict = "accepted" } = lot;
        const right = [before, known].map((keys) => (keys.has(kid) ? verdict : "unknownKey"));
        if (!right.includes(seen)) wrong.push(`${kind}: ${seen}, not ${right}`);
        const name = `${kind}: ${seen}`;
        verdicts[name] = (verdicts[name] ?? 0) + 1;
      }
    },
  };
}

/** Gives tokens that were minted before, each one once. */
function stock(kid: string, tokens: readonly string[]): (count: number) => Lot {
  let used = 0;
  return (count) => {
    used += count;
    return { kind: `by ${kid}`, kid, tokens: tokens.slice(used - count, used) };
  };
}

describe("key rotation under load", () => {
  it("has no wrong verdict in 10,000 while the server rotates twice and is away for 30 s in between", async () => {
    const { as, verdicts, wrong, knows, setAway, mint, send } = await startLoad();
    const old = stock("key-1", await mint(4_000));
    const remembered: Lot = { kind: "sent before", kid: "key-1", tokens: await mint(5) };
    const forge = async (kid: string): Promise<readonly Lot[]> => [
      { kind: "by a stranger", kid, verdict: "signature", tokens: await mint(10, { key: "stranger", kid }) },
      { kind: "of a forged key id", kid: "none", tokens: await mint(15, { kid: crypto.randomUUID() }) },
    ];

    for (let second = 0; second < 20; second += 1) await send(old(70), remembered, ...(await forge("key-1")));

    await as.rotateKeys();
    const next = stock("key-2", await mint(2_100));
    for (let second = 0; second < 50; second += 1) {
      setAway(second >= 20);
      if (second > cooldownMs / 1_000) expect(knows("key-2")).toBe(true);
      await send(old(40), next(30), remembered, ...(await forge("key-1")));
    }

    await as.rotateKeys({ keepPrevious: false });
    setAway(false);
    for (let second = 0; second < 30; second += 1) {
      if (second > cooldownMs / 1_000) expect([knows("key-1"), knows("key-3")]).toEqual([false, true]);
      const newest: Lot = { kind: "by key-3", kid: "key-3", tokens: await mint(35) };
      await send(old(20), next(20), newest, ...(await forge("key-3")));
    }

    const fetches = as.count("jwks");
    console.table({ ...verdicts, "wrong verdicts": wrong.length, "fetches of the keys in 100 s": fetches });
    expect(wrong).toEqual([]);
    expect(Object.values(verdicts).reduce((sum, count) => sum + count, 0)).toBe(10_000);
    expect(fetches).toBeLessThanOrEqual(1 + 100_000 / cooldownMs);
  });
});
