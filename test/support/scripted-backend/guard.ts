import type { BackendRequest } from "./backend-request.ts";

/** Why a request is not answered by any handler. */
export interface Refusal {
  readonly status: number;
  readonly challenge: string;
}

/** What a guard has to say about a request. */
export interface Verdict {
  /** To be sent with the answer, whichever it is. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Nothing, if the request is good. */
  readonly refusal?: Refusal;
}

/** Looks at a request before any handler does. */
export type Guard = (request: BackendRequest) => Promise<Verdict>;
