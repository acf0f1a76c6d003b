import type { Answer } from "./send-requests.ts";
import type { TracedHop } from "./traced-hop.ts";

/** A token exchange that the authorization server answered. */
export interface Exchange {
  readonly subject: string | undefined;
  readonly audience: string | undefined;
  /** `issued`, or the error code. */
  readonly outcome: string;
}

/** Everything that the parties have seen, each for itself. */
export interface Evidence {
  readonly people: readonly { readonly id: string; readonly name: string }[];
  readonly backends: readonly string[];
  /** What each person's token has to be exchanged for, once. */
  readonly audiences: readonly string[];
  /** How many requests were sent. */
  readonly requests: number;
  readonly answers: readonly Answer[];
  readonly hops: readonly TracedHop[];
  readonly exchanges: readonly Exchange[];
}

/** Compares what was seen with what has to be, and gives each problem as a sentence. */
export function judge(evidence: Evidence): readonly string[] {
  return [...judgeAnswers(evidence), ...judgeHops(evidence), ...judgeExchanges(evidence)];
}

function judgeAnswers({ people, backends, requests, answers }: Evidence): readonly string[] {
  const problems = answers.flatMap(({ person, sku, status, customer, servedTo }) => {
    const what = `${person}'s request for ${sku}`;
    const name = people.find(({ id }) => id === person)?.name;
    if (status !== 200) return [`${what} was answered with ${status}.`];
    if (customer !== name) return [`${what} was answered with the name ${customer}.`];
    if (servedTo.length === backends.length && servedTo.every((sub) => sub === person)) return [];
    return [`${what} was answered with what was served to ${servedTo.join(" and ") || "nobody"}.`];
  });
  if (answers.length === requests) return problems;
  return [`${requests} requests were sent, but ${answers.length} answers came.`, ...problems];
}

function judgeHops({ people, backends, requests, hops }: Evidence): readonly string[] {
  const problems = hops.flatMap(({ backend, sub, aud, act, call }) => {
    const what = `A hop to ${backend}`;
    if (!people.some(({ id }) => id === sub)) return [`${what} was made for ${sub}, who has sent nothing.`];
    if (aud !== backend) return [`${what} came with a token for ${aud}.`];
    if (act !== "orders-api") return [`${what} came with a token in which ${act ?? "nobody"} acts.`];
    return call === undefined ? [`${what} is missing from the records of the orders API.`] : [];
  });
  const expected = requests * backends.length;
  if (hops.length === expected) return problems;
  return [`${expected} hops had to be made, but the backends saw ${hops.length}.`, ...problems];
}

function judgeExchanges({ people, audiences, exchanges }: Evidence): readonly string[] {
  const refused = exchanges
    .filter(({ outcome }) => outcome !== "issued")
    .map(({ subject, audience, outcome }) => `An exchange for ${subject} and ${audience} was refused: ${outcome}.`);
  const repeated = people.flatMap(({ id }) =>
    audiences.flatMap((wanted) => {
      const count = exchanges.filter(({ subject, audience }) => subject === id && audience === wanted).length;
      return count === 1 ? [] : [`${id}'s token was exchanged ${count} times for ${wanted}, instead of once.`];
    }),
  );
  const others = exchanges.length - people.length * audiences.length;
  if (others <= 0 || repeated.length > 0) return [...refused, ...repeated];
  return [...refused, `${others} exchanges were made for nobody and nothing that had asked.`];
}
