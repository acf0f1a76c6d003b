import { RequestRefusedError } from "../../errors/request-refused-error.ts";
import { type Awaitable, whenReady } from "../../outcome/outcome-promise.ts";
import type { SchemaIssue, SchemaResult } from "../answers/standard-schema.ts";
import type { BodyCallOptions } from "../call-arguments.ts";
import { type RequestBody, toRequestBody } from "./request-body.ts";

const maxIssues = 10;

/** A key that is no name may be the user's own: that of a map by e-mail address, for example. */
const fieldName = /^[A-Za-z_$][\w$-]{0,63}$/;

function toName(key: PropertyKey): string {
  return typeof key === "number" || (typeof key === "string" && fieldName.test(key)) ? String(key) : "*";
}

function toPath({ path = [] }: SchemaIssue): string {
  if (path.length === 0) return "(root)";
  return path.map((segment) => toName(typeof segment === "object" ? segment.key : segment)).join(".");
}

function toRefusal(issues: readonly SchemaIssue[]): RequestRefusedError {
  const paths = [...new Set(issues.map(toPath))];
  const shown = paths.slice(0, maxIssues).join(", ");
  const more = paths.length > maxIssues ? `, and ${paths.length - maxIssues} more` : "";
  return new RequestRefusedError("body", shown, `the body does not fit its schema at ${shown}${more}.`);
}

function toChecked(checked: SchemaResult<unknown>): RequestBody {
  if (checked.issues !== undefined) throw toRefusal(checked.issues);
  return toRequestBody({ json: checked.value });
}

/**
 * Makes the body of a call; with `bodySchema`, what that gives for `json`. It takes as long as the schema does.
 *
 * @throws {RequestRefusedError} that lists where the body does not fit, and no value of it; at once, or by rejecting
 */
export function checkBody(options: BodyCallOptions): Awaitable<RequestBody> {
  const { bodySchema, json } = options;
  if (bodySchema === undefined) return toRequestBody(options);
  if (options.body !== undefined) {
    throw new RequestRefusedError("body", "bodySchema", '"bodySchema" checks "json", and "body" is sent as it is.');
  }
  return whenReady(bodySchema["~standard"].validate(json), toChecked);
}
