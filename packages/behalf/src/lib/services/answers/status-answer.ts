import { Outcome } from "../../outcome/outcome.ts";
import { type Awaitable, whenReady } from "../../outcome/outcome-promise.ts";
import { type BackendResponse, readJson, unreadable } from "./backend-response.ts";

/** An answer by its status: an error status is one like any other. */
export interface StatusAnswer<status extends number = number, body = unknown> {
  readonly status: status;
  readonly headers: Headers;
  /** What JSON holds, text as a string, anything else as bytes; `undefined` without a body. */
  readonly body: body;
}

const jsonType = /^[^;\s]+[/+]json\s*(?:;|$)/i;
const textType = /^text\//i;

function readBody(response: BackendResponse): Awaitable<Outcome<unknown>> {
  const bytes = response.bytes();
  if (bytes.length === 0) return Outcome.success(undefined);
  const type = response.headers.get("content-type") ?? "";
  if (jsonType.test(type)) return readJson(response, undefined);
  return Outcome.success(textType.test(type) ? response.text() : bytes);
}

function toAnswer(response: BackendResponse): Awaitable<Outcome<StatusAnswer>> {
  const { status, headers } = response;
  return whenReady(readBody(response), (read) => read.map((body) => ({ status, headers, body })));
}

/** Makes of a call's outcome an answer by its status. The answer to a call that failed is given beside the outcome. */
type ReadAnswered = (
  outcome: Outcome<BackendResponse>,
  answered: BackendResponse | undefined,
) => Awaitable<Outcome<StatusAnswer>>;

/** Reads an answer of one of these statuses; an error status that is none of them is the error that it always is. */
export function readStatusAnswer(statuses: readonly number[]): ReadAnswered {
  return (outcome, answered) => {
    const response = outcome.ok ? outcome.value : answered;
    if (response && statuses.includes(response.status)) return toAnswer(response);
    if (!outcome.ok) return Outcome.fail(outcome.error);
    const { status } = outcome.value;
    return unreadable(outcome.value, `it answered ${status}, and ${statuses.join(", ")} was asked for`);
  };
}
