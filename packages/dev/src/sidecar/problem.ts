import { STATUS_CODES } from "node:http";
import type { ProblemAnswer } from "behalf";

/** Makes an answer of the sidecar's own (RFC 9457). */
export function createProblem(status: number, messageId: string): ProblemAnswer {
  return {
    status,
    headers: { "content-type": "application/problem+json", "cache-control": "no-store" },
    body: { type: "about:blank", title: STATUS_CODES[status] ?? "Error", status, messageId },
  };
}
