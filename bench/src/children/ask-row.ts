import type { Child } from "./start-child.ts";

/** Asks the process of a row. From its first answer on, which is its warm-up, it stays on its core. */
export async function askRow<answer>(child: Child, question: unknown): Promise<answer> {
  const answer = await child.ask<answer>(question);
  child.stayOn("row");
  return answer;
}
