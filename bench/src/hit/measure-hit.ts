// A program: what it costs to know a caller again, in a process of its own.
import { answerParent } from "../children/answer-parent.ts";
import type { Site } from "../site/site.ts";
import { compareKeys, type KeyCost } from "./compare-keys.ts";
import { openReceiver, type Receiver } from "./open-receiver.ts";
import { timeLoop } from "./time-loop.ts";

/** What is measured. */
export interface HitQuestion {
  readonly site: Site;
  readonly tokens: readonly string[];
  /** How many callers take turns. */
  readonly callers: readonly number[];
  readonly rounds: number;
  /** How many requests one measurement receives. */
  readonly calls: number;
}

/** What was measured: microseconds of each round. */
export interface HitAnswer {
  readonly receive: readonly { readonly callers: number; readonly us: readonly number[] }[];
  readonly keys: readonly KeyCost[];
}

function measureReceiver({ makeHeaders, receive }: Receiver, { rounds, calls }: HitQuestion): readonly number[] {
  const us: number[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    let count = 0;
    const headersUs = timeLoop(calls, (index) => {
      count += makeHeaders(index).length;
    });
    if (count === 0) throw new Error("There are no headers.");
    const receiveUs = timeLoop(calls, receive);
    if (round > 0) us.push(receiveUs - headersUs);
  }
  return us;
}

answerParent<HitQuestion>(async (question) => {
  const receive: HitAnswer["receive"][number][] = [];
  for (const callers of question.callers) {
    const receiver = await openReceiver(question.site, question.tokens.slice(0, callers));
    receive.push({ callers, us: measureReceiver(receiver, question) });
    await receiver.close();
  }
  const answer: HitAnswer = { receive, keys: compareKeys(question.rounds, question.calls) };
  return answer;
});
