import type { Answer, SentAnswer } from "./answer.ts";
import type { AsRequest } from "./as-request.ts";
import type { Claims } from "./claims.ts";
import type { SigningChoice } from "./signing-keys.ts";

/** Signs with the keys of the server. */
export type Sign = (payload: Claims, choice?: SigningChoice) => Promise<string>;

/** What a fault can use. */
export interface FaultTools {
  readonly sign: Sign;
  /** Aborts when the server closes. */
  readonly closing: AbortSignal;
}

/** Turns the usual answer to a request into what the server does instead. */
export interface Fault {
  (usual: SentAnswer, request: AsRequest, tools: FaultTools): Answer | Promise<Answer>;
  /**
   * The request is turned away unjudged: `usual` is empty, no refresh token is rotated, and no `jti` counts as used.
   * @default false: the server did its work and only the answer differs
   */
  readonly unjudged?: boolean;
}

/** The fault of a server that turns a request away before it looks at it. */
export function unjudged(answer: Answer): Fault {
  return Object.assign(() => answer, { unjudged: true });
}
