import type { Evidence } from "../src/judge.ts";
import type { Answer } from "../src/send-requests.ts";
import type { TracedHop } from "../src/traced-hop.ts";

/** Builders of what the parties see; each takes the differences from an ordinary one. */
export const some = {
  hop: (differences: Partial<TracedHop> = {}): TracedHop => ({
    backend: "inventory",
    sub: "alice",
    aud: "inventory",
    act: "orders-api",
    scope: "inventory:read",
    messageId: "message-1",
    at: new Date(0),
    call: {
      service: "inventory",
      grant: "tokenExchange",
      tokenSource: "memory",
      durationMs: 1.26,
      messageId: "message-1",
    },
    ...differences,
  }),

  answer: (differences: Partial<Answer> = {}): Answer => ({
    person: "alice",
    sku: "sku-1",
    status: 200,
    customer: "Alice Archer",
    servedTo: ["alice"],
    ...differences,
  }),

  evidence: (differences: Partial<Evidence> = {}): Evidence => ({
    people: [{ id: "alice", name: "Alice Archer" }],
    backends: ["inventory"],
    audiences: ["inventory"],
    requests: 1,
    answers: [some.answer()],
    hops: [some.hop()],
    exchanges: [{ subject: "alice", audience: "inventory", outcome: "issued" }],
    ...differences,
  }),
};
