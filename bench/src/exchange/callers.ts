import { callersPath, type Site } from "../site/site.ts";

/** Fetches a token of each caller. */
export async function fetchCallers({ authority }: Site, count: number): Promise<readonly string[]> {
  const answer = await fetch(`${authority}${callersPath}${count}`);
  const callers: readonly string[] = JSON.parse(await answer.text());
  if (callers.length !== count) throw new Error("There are not as many callers as were asked for.");
  return callers;
}

const atOnce = 32;

/** Runs `visit` for each place, several at a time. */
export async function visitAll(count: number, visit: (index: number) => Promise<unknown>): Promise<void> {
  let next = 0;
  const visitInTurn = async (): Promise<void> => {
    while (next < count) {
      next += 1;
      await visit(next - 1);
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, count) }, visitInTurn));
}

/**
 * Makes a row of calls on behalf of callers who take turns, each of whom is visited once before, so that every token is in
 * memory. The texts of the callers' tokens come from their bytes each time, as they do for a server.
 */
export async function openInRotation(
  callers: readonly string[],
  callFor: (token: string) => Promise<unknown>,
): Promise<() => Promise<unknown>> {
  const tokens = callers.map((token) => Buffer.from(token, "latin1"));
  const callAt = (index: number): Promise<unknown> => {
    const token = tokens[index % tokens.length];
    if (!token) throw new RangeError("There are no callers.");
    return callFor(token.toString("latin1"));
  };
  await visitAll(tokens.length, callAt);
  let turn = 0;
  return () => {
    turn += 1;
    return callAt(turn);
  };
}
