import type { SchemaIssue, SchemaResult, StandardSchema } from "./standard-schema.ts";

/** What an envelope says of its items; `undefined` is what it does not say. */
export interface EnvelopeMeta {
  /** How many items there are in all. */
  readonly total: number | undefined;
  /** How many items the page has, or was asked for. */
  readonly count: number | undefined;
  /** How many items there are before the first of these. */
  readonly skip: number | undefined;
  readonly messageId: string | undefined;
}

/** The items of an answer, and what is said of them. */
export interface Envelope<item> {
  readonly meta: EnvelopeMeta;
  readonly data: readonly item[];
}

/** What stands in a body, in an envelope or without one. */
export interface Contents {
  /** `undefined` for a body that is no envelope. */
  readonly meta: EnvelopeMeta | undefined;
  readonly data: unknown;
}

type Members = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Members =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const readAmount = (value: unknown): number | undefined =>
  typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : undefined;

const readText = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);

const readMeta = ({ total, count, skip, messageId, msgId }: Members): EnvelopeMeta => ({
  total: readAmount(total),
  count: readAmount(count),
  skip: readAmount(skip),
  messageId: readText(messageId) ?? readText(msgId),
});

const saysNothing = (meta: EnvelopeMeta): boolean => Object.values(meta).every((value) => value === undefined);

/**
 * Reads a body that may be an envelope. It is one by its shape: an object whose members are `meta` and `data` and no other,
 * where `data` is a list, an object or `null`, and `meta` is an object that says what envelopes say: `total`, `count` or `skip`
 * as a number, or `messageId`, `msgId` or `tpSdk` as text. Anything else is its own content.
 */
export function readContents(body: unknown): Contents {
  const plain: Contents = { meta: undefined, data: body };
  if (!isObject(body) || Object.keys(body).length !== 2) return plain;
  if (!Object.hasOwn(body, "meta") || !Object.hasOwn(body, "data")) return plain;
  const { meta: said, data } = body;
  if (!isObject(said) || typeof data !== "object") return plain;
  const meta = readMeta(said);
  return saysNothing(meta) && readText(said.tpSdk) === undefined ? plain : { meta, data };
}

const nothingSaid: EnvelopeMeta = readMeta({});

/** Gives the items that stand in a body: a list, or a single one; `null` is none. */
export function toEnvelope(body: unknown): Envelope<unknown> {
  const { meta = nothingSaid, data } = readContents(body);
  if (data === null) return { meta, data: [] };
  return { meta, data: Array.isArray(data) ? data : [data] };
}

/** Checks each item of a list by a schema; an issue's path begins with the index of the item. */
export async function checkItems<item>(
  items: readonly unknown[],
  schema: StandardSchema<item>,
): Promise<SchemaResult<readonly item[]>> {
  const results = await Promise.all(items.map((item) => schema["~standard"].validate(item)));
  const issues: SchemaIssue[] = [];
  const checked: item[] = [];
  for (const [index, result] of results.entries()) {
    if (result.issues === undefined) checked.push(result.value);
    else for (const { message, path = [] } of result.issues) issues.push({ message, path: [index, ...path] });
  }
  return issues.length > 0 ? { issues } : { value: checked };
}

const toSchema = <output>(
  validate: (body: unknown) => SchemaResult<output> | Promise<SchemaResult<output>>,
): StandardSchema<output> => ({ "~standard": { version: 1, vendor: "behalf", validate } });

/** A schema of bodies, which gives what stands in them: checked, where there is a schema of that. */
export const toContentSchema = (schema: StandardSchema<unknown> | undefined): StandardSchema<unknown> =>
  toSchema((body) => {
    const { data } = readContents(body);
    return schema ? schema["~standard"].validate(data) : { value: data };
  });

/** A schema of bodies, which gives the items that stand in them: checked, where there is a schema of one. */
export const toEnvelopeSchema = (schema: StandardSchema<unknown> | undefined): StandardSchema<Envelope<unknown>> =>
  toSchema(async (body) => {
    const envelope = toEnvelope(body);
    if (!schema) return { value: envelope };
    const checked = await checkItems(envelope.data, schema);
    return checked.issues === undefined ? { value: { ...envelope, data: checked.value } } : checked;
  });
