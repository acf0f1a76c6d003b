import { fillPath, type PathValues } from "../transport/path.ts";
import { formatQuery, type GivenQuery } from "../transport/query.ts";
import { parsePathTemplate } from "../values/path-template.ts";
import type { PathParams } from "./call-arguments.ts";

/** What a path template of this type is filled with: its parameters, and a query. */
export type FormatPathArguments<path> = string extends path
  ? [params?: PathValues, query?: GivenQuery]
  : Record<never, never> extends PathParams<path>
    ? [params?: PathParams<path>, query?: GivenQuery]
    : [params: PathParams<path>, query?: GivenQuery];

/**
 * Fills a path template such as `/items/{id}`: for the `Location` and the links of an API's own answers. Values are escaped, an
 * optional parameter that is left out takes its slash with it.
 *
 * @throws {RequestRefusedError} when a value is missing, unknown, empty, `.` or `..`
 * @throws {TypeError} when the template is none
 */
export function formatPath<path extends string>(template: path, ...[params, query]: FormatPathArguments<path>): string {
  return `${fillPath(parsePathTemplate(template), params)}${formatQuery(query)}`;
}
