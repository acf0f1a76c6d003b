import { AsyncLocalStorage } from "node:async_hooks";
import type { RequestContext } from "./request-context.ts";

/** Finds the current request, through `AsyncLocalStorage`. */
export interface ContextStorage {
  /** The current request; `undefined` outside of one. */
  current(): RequestContext | undefined;
  /** Runs the work as part of the request, or of none. */
  run<result>(context: RequestContext | undefined, work: () => result): result;
}

/** Creates the storage of one instance: two instances do not see each other's requests. */
export function createContextStorage(): ContextStorage {
  const storage = new AsyncLocalStorage<RequestContext | undefined>();
  return {
    current: () => storage.getStore(),
    run: (context, work) => (storage.getStore() === context ? work() : storage.run(context, work)),
  };
}
