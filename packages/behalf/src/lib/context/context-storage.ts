import { AsyncLocalStorage } from "node:async_hooks";
import type { RequestContext } from "./request-context.ts";
import type { Scope } from "./scope.ts";

/** Runs work, and gives what it gives. */
export type RunWork = <result>(work: () => result) => result;

/** Finds what the current work belongs to. */
export interface ContextStorage {
  /** The current request; `undefined` outside of one. */
  current(): RequestContext | undefined;
  /** The request, and as whom its work is done. A request is a scope of its own: for its caller. */
  scope(): Scope | undefined;
  /**
   * Runs the work as part of the request or scope, or of none: with all that follows from it, or, where `ambientContext` is
   * `false`, until it gives back its result or promise.
   */
  run<result>(scope: Scope | undefined, work: () => result): result;
  /** Keeps what the current work belongs to: what it gives runs other work, at any later time, as part of the same. */
  snapshot(): RunWork;
}

/** A context storage, as the instance has it that it belongs to. */
export interface OwnContextStorage extends ContextStorage {
  /** Lets go of everything. Until then Node keeps the storage, and every promise of the process pays for it. */
  release(): void;
}

type ScopeStorage = Pick<OwnContextStorage, "scope" | "run" | "release">;

function createAmbientStorage(): ScopeStorage {
  const storage = new AsyncLocalStorage<Scope | undefined>();
  return {
    scope: () => storage.getStore(),
    run: (scope, work) => (storage.getStore() === scope ? work() : storage.run(scope, work)),
    release: () => storage.disable(),
  };
}

/** A step that follows from the work belongs to nothing: nobody else's work can run while this one has not given back. */
function createSynchronousStorage(): ScopeStorage {
  let present: Scope | undefined;
  return {
    scope: () => present,
    run(scope, work) {
      const before = present;
      present = scope;
      try {
        return work();
      } finally {
        present = before;
      }
    },
    release() {
      present = undefined;
    },
  };
}

/**
 * Creates the storage of one instance: two instances do not see each other's requests. An ambient one goes along with all
 * asynchronous work, through `AsyncLocalStorage`; the other one with what is done at once.
 */
export function createContextStorage({ ambient }: { readonly ambient: boolean }): OwnContextStorage {
  const { scope, run, release } = ambient ? createAmbientStorage() : createSynchronousStorage();
  return {
    scope,
    run,
    release,
    current: () => scope()?.request,
    snapshot() {
      const kept = scope();
      return (work) => run(kept, work);
    },
  };
}
