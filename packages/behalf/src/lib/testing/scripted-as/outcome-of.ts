import { type Answer, readMembers } from "./answer.ts";

const isCode = (value: unknown): value is string => typeof value === "string" && /^[\w-]{1,40}$/.test(value);

/** Names what came of a request in one word. */
export function outcomeOf(answer: Answer): string {
  if (answer.kind !== "send") return answer.kind;
  const { access_token: token, error } = readMembers(answer);
  if (answer.status === 200 && token !== undefined) return "issued";
  return answer.status < 429 && isCode(error) ? error : String(answer.status);
}
