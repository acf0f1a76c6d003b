import { describe, expect, it } from "vitest";
import type { Attempt } from "./attempt.ts";
import { repeatAttempt } from "./repeat-attempt.ts";
import { ServerClosedError } from "./server-closed-error.ts";

const { signal } = new AbortController();
const broken: Attempt = { failure: new TypeError("fetch failed"), sent: true };
const keptBack: Attempt = { failure: new ServerClosedError(2_000), sent: false };

/** Sends until these endings have come, and gives the one that is kept. */
async function repeat(...endings: readonly Attempt[]): Promise<{ readonly kept: Attempt; readonly sendings: number }> {
  const left = [...endings];
  let sendings = 0;
  const send = async (): Promise<Attempt> => {
    sendings += 1;
    return left.shift() ?? broken;
  };
  return { kept: await repeatAttempt(send, { repeatable: true, signal }), sendings };
}

describe("repeatAttempt", () => {
  it("keeps the first ending where the second request is kept back: it says more", async () => {
    expect(await repeat(broken, keptBack)).toEqual({ kept: broken, sendings: 2 });
  });

  it("does not repeat a request that was kept back", async () => {
    expect(await repeat(keptBack)).toEqual({ kept: keptBack, sendings: 1 });
  });
});
