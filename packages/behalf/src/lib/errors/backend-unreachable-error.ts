import { BehalfError } from "./behalf-error.ts";

/** The facts of a missing answer. */
export interface BackendSilence {
  readonly code: "BEHALF_BACKEND_UNREACHABLE" | "BEHALF_BACKEND_TIMEOUT";
  readonly service: string;
  readonly endpoint: string;
  readonly cause?: unknown;
}

/** No answer came from the backend: network or timeout. */
export class BackendUnreachableError extends BehalfError {
  override readonly name = "BackendUnreachableError";
  override readonly code: "BEHALF_BACKEND_UNREACHABLE" | "BEHALF_BACKEND_TIMEOUT";
  readonly service: string;
  readonly endpoint: string;

  constructor(facts: BackendSilence) {
    const meaning = facts.code === "BEHALF_BACKEND_TIMEOUT" ? "did not answer in time" : "could not be reached";
    super(
      `Service "${facts.service}", endpoint "${facts.endpoint}": the backend ${meaning}.`,
      facts.cause === undefined ? {} : { cause: facts.cause },
    );
    this.code = facts.code;
    this.service = facts.service;
    this.endpoint = facts.endpoint;
  }
}
