import { AsyncLocalStorage } from "node:async_hooks";
import type { RequestContext } from "./request-context.ts";
import type { Scope } from "./scope.ts";

/** Finds what the current work belongs to, through `AsyncLocalStorage`. */
export interface ContextStorage {
  /** The current request; `undefined` outside of one. */
  current(): RequestContext | undefined;
  /** The request, and as whom its work is done. A request is a scope of its own: for its caller. */
  scope(): Scope | undefined;
  /** Runs the work as part of the request or scope, or of none. */
  run<result>(scope: Scope | undefined, work: () => result): result;
}

/** A context storage, as the instance has it that it belongs to. */
export interface OwnContextStorage extends ContextStorage {
  /** Lets go of everything. Until then Node keeps the storage, and every promise of the process pays for it. */
  release(): void;
}

/** Creates the storage of one instance: two instances do not see each other's requests. */
export function createContextStorage(): OwnContextStorage {
  const storage = new AsyncLocalStorage<Scope | undefined>();
  return {
    current: () => storage.getStore()?.request,
    scope: () => storage.getStore(),
    run: (scope, work) => (storage.getStore() === scope ? work() : storage.run(scope, work)),
    release: () => storage.disable(),
  };
}
