import type { IncomingMessage } from "node:http";
import type { Visit } from "./gate.ts";
import { isLocal } from "./is-local.ts";
import type { OwnAnswer } from "./own-answer.ts";
import { createProblem } from "./problem.ts";

/** Answers a developer's API that asks, with its client's token, for the assertion that it would have been sent. */
export async function giveAssertion(request: IncomingMessage, visit: Visit): Promise<OwnAnswer> {
  if (!isLocal(request)) return createProblem(403, visit.messageId);
  if (request.method !== "GET") {
    const problem = createProblem(405, visit.messageId);
    return { ...problem, headers: { ...problem.headers, allow: "GET" } };
  }
  const body = { assertion: await visit.admit(), grant_type: "token_exchange" };
  return { status: 200, headers: { "content-type": "application/json", "cache-control": "no-store" }, body };
}
