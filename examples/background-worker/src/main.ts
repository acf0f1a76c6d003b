import { setTimeout } from "node:timers/promises";
import type { Job } from "./job.ts";
import { askAs, type Environment, startEnvironment } from "./start-environment.ts";
import { startWorker, type Worker } from "./start-worker.ts";
import type { Backend } from "./work.ts";

const aMinuteMs = 60_000;
const tooShortMs = 100;

async function askForReports(environment: Environment): Promise<void> {
  console.log(`alice asks for a report within a minute: ${await askAs("alice", aMinuteMs, environment)}`);
  console.log(`alice asks for a report within ${tooShortMs} ms: ${await askAs("alice", tooShortMs, environment)}`);
  await environment.ordersApi.close();
  console.log(
    `Both requests have ended, and the orders API has stopped. In the queue: ${environment.queue.length} jobs`,
  );
  await setTimeout(tooShortMs);
}

/** Changes one character in the middle: not the last, some bits of which mean nothing. */
function tamperWith({ sku, capability }: Job): Job {
  const middle = Math.floor(capability.length / 2);
  const other = capability[middle] === "A" ? "B" : "A";
  return { sku, capability: capability.slice(0, middle) + other + capability.slice(middle + 1) };
}

async function workOff(worker: Worker, [job, late]: readonly Job[]): Promise<void> {
  if (job === undefined || late === undefined) throw new Error("two jobs must be in the queue");
  const tries: readonly [string, Job, Backend][] = [
    ["the first job", job, "inventory"],
    ["the first job, for the pricing", job, "pricing"],
    ["the first job, one character changed", tamperWith(job), "inventory"],
    ["the second job, too late", late, "inventory"],
  ];
  console.log("\nThe worker, in another process:");
  for (const [what, tried, backend] of tries) {
    const { pid, result } = await worker.work(tried, backend);
    if (pid === process.pid) throw new Error("the worker must be another process");
    console.log(`  ${what}: ${result}`);
  }
}

function printEvidence({ inventory, pricing, server }: Environment): void {
  console.log("\nWhat the backends saw:");
  for (const { name, served } of [inventory, pricing]) {
    const calls = served().map(({ subject, actor }) => `${actor} for ${subject}`);
    console.log(`  ${name}: ${calls.join(", ") || "nobody"}`);
  }
  console.log(`\nThe authorization server was asked for ${server.tokenRequests.count()} token.`);
}

const environment = await startEnvironment();
const worker = startWorker(environment.settings);
try {
  await askForReports(environment);
  await workOff(worker, environment.queue);
  printEvidence(environment);
} finally {
  await worker.close();
  await environment.close();
}
