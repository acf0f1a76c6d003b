import type { RunWork } from "../../context/context-storage.ts";
import { RequestRefusedError } from "../../errors/request-refused-error.ts";
import { Outcome, type Success } from "../../outcome/outcome.ts";
import { guardOutcome, type OutcomePromise, toOutcomePromise } from "../../outcome/outcome-promise.ts";
import type { PathValues } from "../../transport/path.ts";
import type { StandardSchema } from "../answers/standard-schema.ts";
import type { Call } from "../call.ts";
import type { CallOptions } from "../call-arguments.ts";
import { identifyKey } from "./get-many-keys.ts";
import { runEach, type Work } from "./get-many-run.ts";

/** Reads the answer of a call: `(call) => call.text()`. */
export type ReadCall<value> = (call: Call) => PromiseLike<Outcome<value>>;

/** How many are asked for, and what the calls say. */
export interface ManyCallOptions extends CallOptions {
  /** How many calls are under way at a time, at most. @default 8 */
  readonly concurrency?: number;
  /** Whether the others go on after one that failed; else the first failure ends all, and is the outcome. @default false */
  readonly tolerateFailures?: boolean;
  /** Ends all: what runs, and what has not begun. */
  readonly signal?: AbortSignal;
}

/** How many are asked for, and how each answer is read: by a schema of its JSON, or a function. @default the answer itself */
export type ManyOptions<value> = ManyCallOptions &
  (
    | { readonly schema: StandardSchema<value>; readonly read?: never }
    | { readonly read: ReadCall<value>; readonly schema?: never }
    | { readonly schema?: never; readonly read?: never }
  );

/** What came of one key. */
export interface KeyOutcome<key, value> {
  /** The key as it was given. */
  readonly key: key;
  readonly outcome: Outcome<value>;
}

/** What came of one key, where the first failure ends all: a success. */
export interface KeySuccess<key, value> extends KeyOutcome<key, value> {
  readonly outcome: Success<value>;
}

/** Where many are asked for. */
export interface ManySource<key> {
  /** @throws {RequestRefusedError} for a key that does not fit the path */
  toParams(key: key): PathValues;
  /** Makes the call of one key. */
  ask(params: PathValues, options: CallOptions): Call;
  /** Keeps the current request, for calls that are made later. */
  snapshot(): RunWork;
}

function toRead({ schema, read }: ManyOptions<unknown>): ReadCall<unknown> {
  if (read) return read;
  return schema ? (call) => call.json(schema) : (call) => call;
}

function checkConcurrency(concurrency: number): number {
  if (Number.isInteger(concurrency) && concurrency > 0) return concurrency;
  throw new RequestRefusedError("parameter", "concurrency", '"concurrency" is a whole number above zero.');
}

function readParams<key>(source: ManySource<key>, key: key): Outcome<PathValues> {
  try {
    return Outcome.success(source.toParams(key));
  } catch (error) {
    return Outcome.fail(error);
  }
}

/** Keys that fill the path alike are asked for once. */
async function askForEach<key>(
  source: ManySource<key>,
  keys: readonly key[],
  options: ManyOptions<unknown>,
): Promise<Outcome<readonly KeyOutcome<key, unknown>[]>> {
  const { concurrency = 8, tolerateFailures = false, schema, read, signal, ...call } = options;
  const readAnswer = toRead(options);
  const runHere = source.snapshot();
  const pieces = new Map<string, Work<unknown>>();
  const identities = keys.map((key, index) => {
    const params = readParams(source, key);
    if (!params.ok) {
      pieces.set(`${index}`, () => params);
      return `${index}`;
    }
    const identity = identifyKey(params.value);
    pieces.set(identity, (end) => runHere(() => readAnswer(source.ask(params.value, { ...call, signal: end }))));
    return identity;
  });
  const outcomes = await runEach(pieces, { concurrency: checkConcurrency(concurrency), tolerateFailures, signal });
  return outcomes.map((found) =>
    keys.flatMap((key, index) => {
      const outcome = found.get(identities[index] ?? "");
      return outcome ? [{ key, outcome }] : [];
    }),
  );
}

/** Asks for many keys, a few at a time. The calls are made now, in the context of the current request. */
export function getMany<key>(
  source: ManySource<key>,
  keys: readonly key[],
  options: ManyOptions<unknown>,
): OutcomePromise<readonly KeyOutcome<key, unknown>[]> {
  return toOutcomePromise(guardOutcome(() => askForEach(source, keys, options)));
}
