import { spawnSync } from "node:child_process";
import { availableParallelism } from "node:os";

/** Who shares a core: a row has one for itself; the servers and what drives the rows have another. */
export type Place = "row" | "servers";

const cores: Readonly<Record<Place, string>> = { row: "0", servers: "1" };
const allCores = `0-${availableParallelism() - 1}`;

const setCores = (pid: number, list: string): boolean =>
  spawnSync("taskset", ["--pid", "--cpu-list", list, String(pid)], { stdio: "ignore" }).status === 0;

/** Whether processes can be kept apart here: it takes two cores, and the program `taskset` of Linux. */
export const keepsApart: boolean = availableParallelism() > 1 && setCores(process.pid, allCores);

/**
 * Keeps the main thread of a process on the core of its place, so that no two of them take turns on one: else it is chance which
 * do. The threads that are there by then, those of the collector and the compiler, still run where there is room.
 */
export function stayOnCore(pid: number | undefined, place: Place): void {
  if (keepsApart && pid !== undefined) setCores(pid, cores[place]);
}

/** Starts a process that may run anywhere, though this one may not: a new process has the cores of who starts it. */
export function onAllCores<started>(start: () => started): started {
  if (!keepsApart) return start();
  setCores(process.pid, allCores);
  const started = start();
  stayOnCore(process.pid, "servers");
  return started;
}
