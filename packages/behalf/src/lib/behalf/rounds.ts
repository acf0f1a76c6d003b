/** Work that is done again and again, for as long as the process has something else to live for. */
export interface Rounds {
  /** Begins, and is over with the first round. */
  begin(): Promise<void>;
  /** Has the next round come soon, however often it is said. */
  hurry(): void;
  close(): void;
}

/** How often rounds come, in milliseconds, more or less: those of several processes do not fall together. */
export interface RoundsOptions {
  readonly everyMs: number;
  /** After a round that did not do what it should. */
  readonly retryMs: number;
}

const vary = (ms: number): number => ms * (0.9 + Math.random() * 0.2);

/** Creates rounds. The work tells whether it did what it should, and never rejects. */
export function createRounds(work: () => Promise<boolean>, { everyMs, retryMs }: RoundsOptions): Rounds {
  let timer: NodeJS.Timeout | undefined;
  let state: "idle" | "running" | "hurrying" | "closed" = "idle";

  const wait = (next: "idle" | "hurrying"): void => {
    if (state === "closed") return;
    state = next;
    clearTimeout(timer);
    timer = setTimeout(() => void go(), vary(next === "idle" ? everyMs : retryMs)).unref();
  };

  const go = async (): Promise<void> => {
    state = "running";
    wait((await work()) ? "idle" : "hurrying");
  };

  return {
    begin: go,
    hurry() {
      if (state === "idle") wait("hurrying");
    },
    close() {
      state = "closed";
      clearTimeout(timer);
    },
  };
}
