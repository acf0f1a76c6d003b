import { z } from "zod";

/** What lies in the queue. Whoever reads it learns nothing of the person, and has no token. */
export interface Job {
  readonly sku: string;
  /** The right to do it on behalf of the person who has asked for it, sealed. */
  readonly capability: string;
}

/** Reads what comes out of the queue. */
export const jobSchema: z.ZodType<Job> = z.object({ sku: z.string(), capability: z.string() });
