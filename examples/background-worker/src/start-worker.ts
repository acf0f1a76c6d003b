import { fork } from "node:child_process";
import { once } from "node:events";
import { z } from "zod";
import type { OrdersSettings } from "./create-orders-behalf.ts";
import type { Job } from "./job.ts";
import type { Backend } from "./work.ts";

/** A job that was worked on: in which process, and what came of it. */
export interface Done {
  readonly pid: number;
  readonly result: string;
}

const doneSchema: z.ZodType<Done> = z.object({ pid: z.number(), result: z.string() });

/** The worker, running. */
export interface Worker {
  work(job: Job, backend: Backend): Promise<Done>;
  close(): Promise<void>;
}

/** Starts the worker as a process of its own. */
export function startWorker({ issuer, inventoryUrl, pricingUrl }: OrdersSettings): Worker {
  const places = ["--issuer", issuer, "--inventoryUrl", inventoryUrl, "--pricingUrl", pricingUrl];
  const worker = fork(new URL("./worker.js", import.meta.url), places);
  const exited = once(worker, "exit");
  return {
    async work(job, backend) {
      const answered = once(worker, "message");
      const failed = exited.then(([code]): never => {
        throw new Error(`the worker ended with ${code}`);
      });
      worker.send({ job, backend });
      const [answer] = await Promise.race([answered, failed]);
      return doneSchema.parse(answer);
    },
    async close() {
      if (worker.connected) worker.disconnect();
      await exited;
    },
  };
}
