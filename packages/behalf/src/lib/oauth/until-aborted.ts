/** Gives what the work gives, or `undefined` once the signal has aborted: work that has no signal itself is left behind. */
export async function untilAborted<value>(work: Promise<value>, signal: AbortSignal): Promise<value | undefined> {
  let leave = (): void => {};
  const left = new Promise<undefined>((resolve) => {
    leave = () => resolve(undefined);
    signal.addEventListener("abort", leave, { once: true });
    if (signal.aborted) leave();
  });
  try {
    return await Promise.race([work, left]);
  } finally {
    signal.removeEventListener("abort", leave);
  }
}
