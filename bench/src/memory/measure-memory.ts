// A program: what exchanged tokens take in memory, and what finding one costs, in a process of its own.
import type { ActorToken } from "behalf";
import { answerParent } from "../children/answer-parent.ts";
import { timeLoop } from "../hit/time-loop.ts";
import { makeCaller, openMemory, type TokenMemoryUnderTest, tokenLength } from "./open-memory.ts";

/** What is measured. */
export interface MemoryQuestion {
  /** How many callers there are, in ascending order: each has a token in memory. */
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
}

/** What was measured. */
export interface MemoryAnswer {
  readonly tokens: number;
  readonly tokenLength: number;
  /** What one token takes beside its characters. */
  readonly bytesBeside: number;
  readonly hits: readonly HitCost[];
}

/** Makes a step that visits all callers, and none soon after its neighbour. */
const step = 7_919;

function readHeap(): number {
  if (!globalThis.gc) throw new Error("The collector must be exposed.");
  globalThis.gc();
  globalThis.gc();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

function measureHits(memory: TokenMemoryUnderTest, question: MemoryQuestion): HitCost {
  const { rounds, calls } = question;
  const callers: readonly ActorToken[] = Array.from({ length: memory.size }, (_, caller) => makeCaller(caller));
  for (const caller of callers) caller.digest();
  const callerAt = (index: number): ActorToken | undefined => callers[(index * step) % callers.length];
  let [visited, found] = [0, 0];
  /** Who calls was validated a moment ago: that their own token is at hand is no part of a hit. */
  const visitingUs = (): number =>
    timeLoop(calls, (index) => {
      visited += callerAt(index)?.digest().charCodeAt(0) ?? 0;
    });
  const hitUs = (hit: (caller: ActorToken) => unknown): number =>
    timeLoop(calls, (index) => {
      const caller = callerAt(index);
      if (caller && hit(caller) !== undefined) found += 1;
    });
  const cost = { callers: callers.length, find: [] as number[], recall: [] as number[] };
  for (let round = 0; round <= rounds; round += 1) {
    const [visiting, find, recall] = [visitingUs(), hitUs(memory.find), hitUs(memory.recall)];
    if (round === 0) continue;
    cost.find.push(find - visiting);
    cost.recall.push(recall - visiting);
  }
  if (visited === 0 || found !== 2 * calls * (rounds + 1)) throw new Error("A token was not found.");
  return cost;
}

answerParent<MemoryQuestion>(async (question) => {
  const memory = openMemory();
  const hits: HitCost[] = [];
  let [tokens, bytes] = [0, 0];
  for (const callers of question.callers) {
    const [sizeBefore, heapBefore] = [memory.size, readHeap()];
    await memory.fill(callers);
    // The last tokens are the most, and weigh what there is of other things least.
    [tokens, bytes] = [memory.size - sizeBefore, readHeap() - heapBefore];
    if (memory.size !== callers) throw new Error("Tokens are missing.");
    hits.push(measureHits(memory, question));
  }
  await memory.close();
  const answer: MemoryAnswer = { tokens, tokenLength, bytesBeside: bytes / tokens - tokenLength, hits };
  return answer;
});
