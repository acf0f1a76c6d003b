import { AsyncResource } from "node:async_hooks";
import { storeClosed } from "./own-errors.ts";
import { type StoreWord, toStoreFailure } from "./store-failure.ts";

/** Does what a store was asked. */
export type Perform = <value>(asked: StoreWord, work: () => Promise<value>) => Promise<value>;

/** What every method of a store goes through. */
export interface Gate {
  readonly perform: Perform;
  /** Refuses everything from now on. */
  close(): void;
}

/** Creates a gate: outside of any request, not into the client's queue, and with errors that tell no names. */
export function createGate(settle: () => Promise<void> | undefined): Gate {
  const outsideRequests = new AsyncResource("behalf:redis");
  let closed = false;

  async function attempt<value>(asked: StoreWord, work: () => Promise<value>): Promise<value> {
    try {
      if (closed) throw storeClosed();
      await settle();
      return await work();
    } catch (error) {
      throw toStoreFailure(asked, error);
    }
  }

  return {
    perform(asked, work) {
      const running = outsideRequests.runInAsyncScope(() => attempt(asked, work));
      // Who asked may have stopped waiting.
      running.catch(() => {});
      return running;
    },
    close() {
      closed = true;
    },
  };
}
