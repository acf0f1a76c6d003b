/** Runs work so many times, and gives the microseconds of CPU that each took: collector and compiler included. */
export function timeLoop(times: number, work: (index: number) => void): number {
  const before = process.cpuUsage();
  for (let index = 0; index < times; index += 1) work(index);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / times;
}
