/** Work that is done once for all who want its result at the same time. */
export interface SharedWork<value> {
  /** Joins the work of this key, or starts it. Who aborts leaves; when all have left, the work's own signal aborts. */
  join(key: string, start: (signal: AbortSignal) => Promise<value>, signal: AbortSignal): Promise<value>;
}

interface Running<value> {
  readonly result: Promise<value>;
  readonly controller: AbortController;
  waiting: number;
}

/** Creates a place where work is shared. Its state is its own. */
export function createSharedWork<value>(): SharedWork<value> {
  const running = new Map<string, Running<value>>();

  const forget = (key: string, work: Running<value>): void => {
    if (running.get(key) === work) running.delete(key);
  };

  const begin = (key: string, start: (signal: AbortSignal) => Promise<value>): Running<value> => {
    const controller = new AbortController();
    const result = start(controller.signal).finally(() => forget(key, work));
    result.catch(() => {});
    const work: Running<value> = { result, controller, waiting: 0 };
    running.set(key, work);
    return work;
  };

  const leave = (key: string, work: Running<value>, reason: unknown): void => {
    work.waiting -= 1;
    if (work.waiting > 0) return;
    forget(key, work);
    work.controller.abort(reason);
  };

  return {
    async join(key, start, signal) {
      signal.throwIfAborted();
      const work = running.get(key) ?? begin(key, start);
      work.waiting += 1;
      return new Promise((resolve, reject) => {
        const abandon = (): void => {
          leave(key, work, signal.reason);
          reject(signal.reason);
        };
        signal.addEventListener("abort", abandon, { once: true });
        work.result.then(resolve, reject).finally(() => signal.removeEventListener("abort", abandon));
      });
    },
  };
}
