import { setImmediate as nextTurn } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { createClock } from "../../../../../test/support/clock.ts";
import { TokenRefusedError } from "../errors/token-refused-error.ts";
import { TokenUnreachableError } from "../errors/token-unreachable-error.ts";
import type { IssuedToken } from "../oauth/token-request.ts";
import { ActorToken } from "../values/actor-token.ts";
import { MultiStringValue } from "../values/multi-string-value.ts";
import { Secret } from "../values/secret.ts";
import type { ChainUse } from "./refresh/chain.ts";
import { createRefreshChains, type RefreshChains } from "./refresh-chains.ts";

const issued = (successor?: string): IssuedToken => ({
  token: new ActorToken("access"),
  tokenType: "Bearer",
  expiresInMs: undefined,
  scope: MultiStringValue.empty,
  issuedTokenType: undefined,
  refreshToken: successor === undefined ? undefined : new Secret(successor),
  tolerated: [],
  deviations: [],
});

const place = { client: "orders-api", url: "https://as.example.com/token" };
const lost = new TokenUnreachableError({ ...place, code: "BEHALF_REFRESH_TOKEN_LOST" });
const away = new TokenUnreachableError({ ...place, code: "BEHALF_TOKEN_UNREACHABLE" });
const refusal = (error: string): TokenRefusedError =>
  new TokenRefusedError({ client: "orders-api", service: "-", grant: "refreshToken", error, status: 400 });

interface Spender {
  readonly chains: RefreshChains;
  /** The tokens that were used, in order. */
  readonly used: readonly string[];
  readonly kept: readonly string[];
  spend(
    token: string,
    answer?: () => IssuedToken | Promise<IssuedToken>,
    keep?: ChainUse["keep"],
  ): Promise<IssuedToken>;
}

function openChains(now = Date.now): Spender {
  const chains = createRefreshChains(now);
  const used: string[] = [];
  const kept: string[] = [];
  return {
    chains,
    used,
    kept,
    spend: (token, answer = () => issued(`${used.at(-1)}+`), keep = async (next) => void kept.push(next.value())) =>
      chains.spend(new ActorToken(token), {
        async ask(newest) {
          used.push(newest.value());
          return answer();
        },
        keep,
      }),
  };
}

describe("spend", () => {
  it("uses the newest token, whichever of the chain is given", async () => {
    const { spend, used, kept } = openChains();
    await spend("a");
    await spend("a");
    await spend("a+");
    expect(used).toEqual(["a", "a+", "a++"]);
    expect(kept).toEqual(["a+", "a++", "a+++"]);
  });

  it("uses a token on where none comes back, or the same", async () => {
    const { spend, used, kept } = openChains();
    await spend("a", () => issued());
    await spend("a", () => issued("a"));
    await spend("a");
    expect(used).toEqual(["a", "a", "a"]);
    expect(kept).toEqual(["a+"]);
  });

  it("lets one use follow the other, each with what the one before left", async () => {
    const { spend, used } = openChains();
    await Promise.all(["a", "a", "a"].map((token) => spend(token)));
    expect(used).toEqual(["a", "a+", "a++"]);
  });

  it("lets chains go side by side", async () => {
    const { spend, used } = openChains();
    const never = new Promise<IssuedToken>(() => {});
    void spend("a", () => never);
    await spend("b");
    expect(used).toEqual(["a", "b"]);
  });

  it("waits until a successor is kept, and knows it before", async () => {
    const { chains, spend, used } = openChains();
    let finish = (): void => {};
    const keeping = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const first = spend("a", undefined, () => keeping);
    const second = spend("a");
    await nextTurn();
    expect(used).toEqual(["a"]);
    expect(chains.idOf(new ActorToken("a+"))).toBe(chains.idOf(new ActorToken("a")));
    finish();
    await Promise.all([first, second]);
    expect(used).toEqual(["a", "a+"]);
  });

  it("goes on after a failure that leaves the token good", async () => {
    const { spend, used } = openChains();
    for (const error of [away, refusal("invalid_scope"), new Error("aborted")]) {
      await expect(spend("a", () => Promise.reject(error))).rejects.toBe(error);
    }
    await spend("a");
    expect(used).toEqual(["a", "a", "a", "a"]);
  });

  it("leaves a token that was refused alone for ten seconds", async () => {
    const clock = createClock();
    const { spend, used } = openChains(clock.now);
    const error = refusal("invalid_grant");
    await expect(spend("a", () => Promise.reject(error))).rejects.toBe(error);
    clock.advance(9_999);
    await expect(spend("a")).rejects.toEqual(error);
    expect(used).toEqual(["a"]);
    clock.advance(1);
    await spend("a");
    await spend("a");
    expect(used).toEqual(["a", "a", "a+"]);
  });

  it("leaves a token whose answer was lost alone for ever", async () => {
    const clock = createClock();
    const { spend, used } = openChains(clock.now);
    await expect(spend("a", () => Promise.reject(lost))).rejects.toBe(lost);
    clock.advance(366 * 86_400_000);
    await expect(spend("a")).rejects.toEqual(lost);
    expect(used).toEqual(["a"]);
  });
});

describe("settle", () => {
  it("waits until the successors of all uses are kept", async () => {
    const { chains, spend } = openChains();
    const done: string[] = [];
    const keep: ChainUse["keep"] = async (successor) => {
      await nextTurn();
      done.push(successor.value());
    };
    const uses = ["a", "b"].map((token) => spend(token, () => issued(`${token}+`), keep));
    await nextTurn();
    await chains.settle().then(() => done.push("settled"));
    expect(done).toEqual(["a+", "b+", "settled"]);
    await Promise.all(uses);
  });

  it("does not fail by a use that failed", async () => {
    const { chains, spend } = openChains();
    const failing = expect(spend("a", () => Promise.reject(away))).rejects.toBe(away);
    await expect(chains.settle()).resolves.toBeUndefined();
    await failing;
  });
});

describe("idOf", () => {
  it("is the same for a token and its successors, and no other", async () => {
    const { chains, spend } = openChains();
    const before = chains.idOf(new ActorToken("a"));
    await spend("a");
    expect(chains.idOf(new ActorToken("a"))).toBe(before);
    expect(chains.idOf(new ActorToken("a+"))).toBe(before);
    expect(chains.idOf(new ActorToken("b"))).not.toBe(before);
  });
});
