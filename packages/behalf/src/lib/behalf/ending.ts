import { setImmediate as nextTurn } from "node:timers/promises";

/** The end of an instance. */
export interface Ending {
  /** Whether new calls are refused. */
  isClosed(): boolean;
  close(): Promise<void>;
}

/** Something that lets end what is under way, and takes nothing new. */
export interface Closable {
  close(): Promise<void>;
}

/** What ends with an instance. */
export interface EndingParts {
  /** Waits until no token is being fetched. */
  settle(): Promise<void>;
  readonly connections: readonly Closable[];
  /** What processes share: the rest has to do with it while it ends. */
  readonly shared: Closable | undefined;
  release(): void;
}

/** Ends an instance: new calls are refused from now on; those that wait for their tokens are sent, and answered. */
export function createEnding({ settle, connections, shared, release }: EndingParts): Ending {
  let closed = false;

  return {
    isClosed: () => closed,
    async close() {
      closed = true;
      await settle();
      await nextTurn();
      await Promise.all(connections.map((one) => one.close()));
      await shared?.close();
      release();
    },
  };
}
