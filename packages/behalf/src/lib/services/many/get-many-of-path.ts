import type { ContextStorage } from "../../context/context-storage.ts";
import type { OutcomePromise } from "../../outcome/outcome-promise.ts";
import type { BackendResponse } from "../answers/backend-response.ts";
import type { Call } from "../call.ts";
import type { AnyCallOptions } from "../call-arguments.ts";
import { getMany, type KeyOutcome, type KeySuccess, type ManyOptions } from "./get-many.ts";
import { type AnyPathKey, listParameters, type PathKey, toPathValues } from "./get-many-keys.ts";

/** Gets many of a path template below the base path, as the method of an endpoint does. */
export interface GetManyOfPath {
  <path extends string, value = BackendResponse>(
    path: path,
    keys: readonly PathKey<path>[],
    options?: ManyOptions<value> & { readonly tolerateFailures?: false },
  ): OutcomePromise<readonly KeySuccess<PathKey<path>, value>[]>;
  <path extends string, value = BackendResponse>(
    path: path,
    keys: readonly PathKey<path>[],
    options: ManyOptions<value>,
  ): OutcomePromise<readonly KeyOutcome<PathKey<path>, value>[]>;
}

/** Makes the function by which a service gets many. */
export function createGetMany(
  get: (path: string, options: AnyCallOptions) => Call,
  readHost: () => { readonly context: ContextStorage },
): GetManyOfPath {
  function getManyOfPath<path extends string, value = BackendResponse>(
    path: path,
    keys: readonly PathKey<path>[],
    options?: ManyOptions<value>,
  ): OutcomePromise<readonly KeySuccess<PathKey<path>, value>[]>;
  function getManyOfPath(
    path: string,
    keys: readonly AnyPathKey[],
    options: ManyOptions<unknown> = {},
  ): OutcomePromise<readonly KeyOutcome<AnyPathKey, unknown>[]> {
    const names = listParameters(path);
    const snapshot = () => readHost().context.snapshot();
    const toParams = (key: AnyPathKey) => toPathValues(names, key);
    return getMany({ toParams, ask: (params, given) => get(path, { ...given, params }), snapshot }, keys, options);
  }
  return getManyOfPath;
}
