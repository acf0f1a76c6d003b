import type { RequestHook, ResponseHook } from "./call-hooks.ts";
import type { CallHookOptions } from "./options.ts";

/** Who is told of calls, each in order. */
export interface CallHookLists {
  readonly onRequest: readonly RequestHook[];
  readonly onResponse: readonly ResponseHook[];
}

/** Lists who is told of the calls to a service: those of all services first. */
export function listCallHooks(defaults: CallHookOptions, own: CallHookOptions): CallHookLists {
  return {
    onRequest: Object.freeze([defaults.onRequest ?? [], own.onRequest ?? []].flat(2)),
    onResponse: Object.freeze([defaults.onResponse ?? [], own.onResponse ?? []].flat(2)),
  };
}
