import { BackendError } from "../../errors/backend-error.ts";
import type { BackendResponse } from "../answers/backend-response.ts";
import { checkItems, type EnvelopeMeta, readContents } from "../answers/envelope.ts";
import type { StandardSchema } from "../answers/standard-schema.ts";
import type { Place } from "../place.ts";
import type { PageOptions } from "./pages-options.ts";

/** A page as it came in. */
export interface PageAnswer {
  readonly response: BackendResponse;
  /** Parsed from JSON. */
  readonly body: unknown;
  readonly meta: EnvelopeMeta | undefined;
  /** As they came, before any schema. */
  readonly items: readonly unknown[];
  /** Makes the error of an answer that cannot be used. */
  toError(message: string): BackendError;
}

type ReadItems = Pick<PageOptions<unknown>, "items">;

/** @throws {BehalfError} when the body is not JSON, or not a list where nothing says where the items are */
export async function readPage(response: BackendResponse, place: Place, { items }: ReadItems): Promise<PageAnswer> {
  const { status } = response;
  const toError = (message: string): BackendError =>
    new BackendError({ ...place, status, code: "BEHALF_BACKEND_UNREADABLE", message });
  const body = await response.json().unwrap();
  const { meta, data } = readContents(body);
  const read = { response, body, meta, toError };
  if (items) return { ...read, items: items(body) };
  if (Array.isArray(data)) return { ...read, items: data };
  if (meta) return { ...read, items: data === null ? [] : [data] };
  throw toError('the answer is no list of items; the option "items" tells where they are in the body');
}

/** @throws {BackendError} when an item does not fit the schema */
export async function checkPage(
  { items, toError }: PageAnswer,
  schema: StandardSchema<unknown> | undefined,
): Promise<readonly unknown[]> {
  if (!schema) return items;
  const checked = await checkItems(items, schema);
  if (checked.issues === undefined) return checked.value;
  throw toError(`the page does not fit the schema, which has ${checked.issues.length} issue(s) with its items`);
}
