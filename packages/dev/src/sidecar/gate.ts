import type { IncomingRequest, ProblemAnswer } from "behalf";

/** Looks at a request before it is forwarded. */
export interface Gate {
  receive(incoming: IncomingRequest): Visit;
}

/** One request, as the gate sees it. */
export interface Visit {
  readonly messageId: string;
  /** Validates the client's token and gives the assertion for the API; fails with what `answer` can tell. */
  admit(): Promise<string>;
  /** Says what the client gets for an error. */
  answer(error: unknown): ProblemAnswer;
}
