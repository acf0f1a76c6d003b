import { BehalfError } from "./behalf-error.ts";

/** The rule that a request would have broken. */
export type RequestRefusal =
  | "pathParameter"
  | "parameter"
  | "query"
  | "header"
  | "url"
  | "method"
  | "body"
  | "timeout"
  | "option"
  | "closed";

/** The request was not sent, because sending it would break a rule of section "Headers and paths" of the README. */
export class RequestRefusedError extends BehalfError {
  override readonly name = "RequestRefusedError";
  override readonly code = "BEHALF_REQUEST_REFUSED";
  /** Which rule. */
  readonly refusal: RequestRefusal;
  /** The name of what was refused: a header, a path parameter, a method. Never its value. */
  readonly subject: string;

  constructor(refusal: RequestRefusal, subject: string, fix: string) {
    super(`The request was not sent: ${fix}`);
    this.refusal = refusal;
    this.subject = subject;
  }
}
