/** Work that is done once for all who want its result at the same time. */
export interface SingleFlight<value> {
  /**
   * Joins the flight of the key, or starts one.
   *
   * The flight ignores the abort of a single waiter, who just leaves; when all have left, its signal aborts. But one whose time
   * is over, by a `TimeoutError`, leaves it to fly on: what becomes of it is worth knowing for who comes next.
   */
  join(key: string, start: (signal: AbortSignal) => Promise<value>, signal?: AbortSignal): Promise<Landing<value>>;
  /** Has nobody join the flight of the key any more: who comes later starts another. */
  forget(key: string): void;
  /** Waits until those have landed that are under way, however they end. */
  settle(): Promise<void>;
  /** How many flights there are that may be joined. */
  readonly size: number;
}

/** What a flight brought, and whether it was under way already. */
export interface Landing<value> {
  readonly value: value;
  readonly joined: boolean;
}

interface Flight<value> {
  readonly landing: Promise<value>;
  readonly controller: AbortController;
  waiting: number;
}

const isTimeUp = (reason: unknown): boolean => reason instanceof Error && reason.name === "TimeoutError";

/** Creates a single flight. Its state is its own: two of them know nothing of each other. */
export function createSingleFlight<value>(): SingleFlight<value> {
  const flights = new Map<string, Flight<value>>();

  const depart = (key: string, start: (signal: AbortSignal) => Promise<value>): Flight<value> => {
    const controller = new AbortController();
    const landing = start(controller.signal).finally(() => {
      if (flights.get(key) === flight) flights.delete(key);
    });
    landing.catch(() => {});
    const flight: Flight<value> = { landing, controller, waiting: 0 };
    flights.set(key, flight);
    return flight;
  };

  const leave = (key: string, flight: Flight<value>, reason: unknown): void => {
    flight.waiting -= 1;
    if (flight.waiting > 0 || isTimeUp(reason)) return;
    if (flights.get(key) === flight) flights.delete(key);
    flight.controller.abort(reason);
  };

  const waitFor = (key: string, flight: Flight<value>, signal: AbortSignal): Promise<value> =>
    new Promise((resolve, reject) => {
      const abandon = (): void => {
        leave(key, flight, signal.reason);
        reject(signal.reason);
      };
      signal.addEventListener("abort", abandon, { once: true });
      flight.landing.then(resolve, reject).finally(() => signal.removeEventListener("abort", abandon));
    });

  return {
    async join(key, start, signal) {
      signal?.throwIfAborted();
      const current = flights.get(key);
      const flight = current ?? depart(key, start);
      flight.waiting += 1;
      const value = await (signal ? waitFor(key, flight, signal) : flight.landing);
      return { value, joined: current !== undefined };
    },
    forget: (key) => void flights.delete(key),
    async settle() {
      await Promise.allSettled([...flights.values()].map(({ landing }) => landing));
    },
    get size() {
      return flights.size;
    },
  };
}
