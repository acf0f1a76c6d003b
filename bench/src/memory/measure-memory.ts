// A program: what exchanged tokens take in memory, and what finding one costs, in a process of its own.
import type { ActorToken } from "behalf";
import { answerParent } from "../children/answer-parent.ts";
import { timeLoop } from "../hit/time-loop.ts";
import { makeCallers, makeToken, openMemory, type TokenMemoryUnderTest, tokenLength } from "./open-memory.ts";

/** What is measured. */
export interface MemoryQuestion {
  /** How many callers there are, each time: each has a token in memory. */
  readonly callers: readonly number[];
  readonly rounds: number;
  /** How many hits one measurement makes. */
  readonly calls: number;
}

/** What hits cost among the tokens of so many callers: microseconds of each round. */
export interface HitCost {
  readonly callers: number;
  readonly find: readonly number[];
  readonly recall: readonly number[];
  /** The same in a map that is written by hand, whose entries know when they end: what the machine's memory takes. */
  readonly byHand: readonly number[];
}

/** What was measured. */
export interface MemoryAnswer {
  readonly tokens: number;
  readonly tokenLength: number;
  /** What one token takes beside its characters. */
  readonly bytesBeside: number;
  readonly hits: readonly HitCost[];
}

const lifeMs = 86_400_000;

/** Makes a step that visits all callers, and none soon after its neighbour. */
const step = 7_919;

function readHeap(): number {
  if (!globalThis.gc) throw new Error("The collector must be exposed.");
  globalThis.gc();
  globalThis.gc();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

const mostAtOnce = 1_000;

/** What a token takes in memory, when nothing is left of the caller for whom it was exchanged. */
async function measureBytes(tokens: number): Promise<number> {
  const memory = openMemory();
  try {
    await memory.fill(makeCallers(0, mostAtOnce));
    const before = readHeap();
    for (let done = mostAtOnce; done < tokens; done += mostAtOnce) await memory.fill(makeCallers(done, mostAtOnce));
    const bytes = readHeap() - before;
    if (memory.size !== tokens) throw new Error("Tokens are missing.");
    return bytes / (tokens - mostAtOnce);
  } finally {
    await memory.close();
  }
}

/** The least that finds a token by its caller, and knows whether it is over. */
function openByHand(callers: readonly ActorToken[]): (caller: ActorToken) => unknown {
  const entries = new Map(
    callers.map((caller) => [caller.digest(), { endsAt: Date.now() + lifeMs, token: makeToken() }]),
  );
  return (caller) => {
    const entry = entries.get(caller.digest());
    return entry && entry.endsAt > Date.now() ? entry.token : undefined;
  };
}

/** What a hit costs for callers whose tokens were validated: each request has the same object of one, and its digest. */
function timeHits(
  memory: TokenMemoryUnderTest,
  callers: readonly ActorToken[],
  { rounds, calls }: Pick<MemoryQuestion, "rounds" | "calls">,
): HitCost {
  const callerAt = (index: number): ActorToken | undefined => callers[(index * step) % callers.length];
  let [visited, found] = [0, 0];
  /**
   * That the caller's own token is at hand is no part of a hit. The clock is read here as well, for it waits for all that is still
   * being loaded: what the caller's token is waited for would count as the hit's. What it takes itself is added again.
   */
  const visitingUs = (): number => {
    const visitUs = timeLoop(calls, (index) => {
      visited += (callerAt(index)?.digest().charCodeAt(0) ?? 0) + (Date.now() & 1);
    });
    return (
      visitUs -
      timeLoop(calls, () => {
        visited += Date.now() & 1;
      })
    );
  };
  const hitUs = (hit: (caller: ActorToken) => unknown): number =>
    timeLoop(calls, (index) => {
      const caller = callerAt(index);
      if (caller && hit(caller) !== undefined) found += 1;
    });
  const findByHand = openByHand(callers);
  const cost = { callers: callers.length, find: [] as number[], recall: [] as number[], byHand: [] as number[] };
  for (let round = 0; round <= rounds; round += 1) {
    const [visiting, byHand] = [visitingUs(), hitUs(findByHand)];
    const [find, recall] = [hitUs(memory.find), hitUs(memory.recall)];
    if (round === 0) continue;
    cost.find.push(find - visiting);
    cost.recall.push(recall - visiting);
    cost.byHand.push(byHand - visiting);
  }
  if (visited === 0 || found !== 3 * calls * (rounds + 1)) throw new Error("A token was not found.");
  return cost;
}

async function measureHits(count: number, question: MemoryQuestion): Promise<HitCost> {
  const memory = openMemory();
  try {
    const callers = makeCallers(0, count);
    await memory.fill(callers);
    return timeHits(memory, callers, question);
  } finally {
    await memory.close();
  }
}

answerParent<MemoryQuestion>(async (question) => {
  const tokens = Math.max(...question.callers);
  const bytesBeside = (await measureBytes(tokens)) - tokenLength;
  const hits: HitCost[] = [];
  for (const count of question.callers) hits.push(await measureHits(count, question));
  const answer: MemoryAnswer = { tokens, tokenLength, bytesBeside, hits };
  return answer;
});
