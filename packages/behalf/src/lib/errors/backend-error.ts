import { BehalfError } from "./behalf-error.ts";

/** A problem document of RFC 9457, as the backend sent it. */
export type ProblemDocument = Readonly<Record<string, unknown>>;

/** One challenge of a `WWW-Authenticate` header, parsed. */
export interface BackendChallenge {
  readonly scheme: string;
  readonly parameters: ReadonlyMap<string, string>;
}

/** The facts of a backend's refusal. */
export interface BackendAnswer {
  readonly code?: "BEHALF_BACKEND_ERROR" | "BEHALF_BACKEND_REDIRECT" | "BEHALF_BACKEND_UNREADABLE";
  readonly service: string;
  readonly endpoint: string;
  readonly status: number;
  readonly message?: string;
  readonly problem?: ProblemDocument | undefined;
  readonly challenges?: readonly BackendChallenge[];
  readonly retryAfter?: string | undefined;
}

/** The backend answered, but with an error status, a redirect, or a body that cannot be used. */
export class BackendError extends BehalfError {
  override readonly name = "BackendError";
  override readonly code: "BEHALF_BACKEND_ERROR" | "BEHALF_BACKEND_REDIRECT" | "BEHALF_BACKEND_UNREADABLE";
  readonly service: string;
  readonly endpoint: string;
  /** The HTTP status of the answer. */
  readonly status: number;
  readonly #answer: BackendAnswer;

  constructor(answer: BackendAnswer) {
    const where = `Service "${answer.service}", endpoint "${answer.endpoint}"`;
    super(`${where}: ${answer.message ?? `the backend answered ${answer.status}`}.`);
    this.code = answer.code ?? "BEHALF_BACKEND_ERROR";
    this.service = answer.service;
    this.endpoint = answer.endpoint;
    this.status = answer.status;
    this.#answer = answer;
  }

  /** The backend's problem document (RFC 9457), if it sent one. It can hold personal data. */
  problem(): ProblemDocument | undefined {
    return this.#answer.problem;
  }

  /** The backend's challenges (RFC 9110 section 11.6.1). */
  challenges(): readonly BackendChallenge[] {
    return this.#answer.challenges ?? [];
  }

  /** The backend's `Retry-After` header, as sent. */
  retryAfter(): string | undefined {
    return this.#answer.retryAfter;
  }
}
