/** How many calls are made, and how many of them at a time. */
export interface Load {
  readonly calls: number;
  readonly concurrency: number;
}

/** What a number of calls cost. */
export interface Measurement {
  /** CPU of this process per call, user and system, in microseconds. */
  readonly cpuUs: number;
  readonly callsPerSecond: number;
}

/** Makes the calls and measures them. CPU is that of the whole process: collector and compiler included. */
export async function drive(call: () => Promise<unknown>, { calls, concurrency }: Load): Promise<Measurement> {
  let left = calls;
  const callInTurn = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await call();
    }
  };
  const startedAt = performance.now();
  const before = process.cpuUsage();
  await Promise.all(Array.from({ length: concurrency }, callInTurn));
  const { user, system } = process.cpuUsage(before);
  const seconds = (performance.now() - startedAt) / 1000;
  return { cpuUs: (user + system) / calls, callsPerSecond: calls / seconds };
}
