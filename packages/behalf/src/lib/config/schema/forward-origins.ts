import { z } from "zod";
import { isProtected } from "../../values/is-protected.ts";
import type { StringList } from "../options.ts";
import { isOrigin, text } from "./parts.ts";

const fix = 'Give exact origins such as "https://inventory.internal": https, or http on this machine; no wildcards.';

const isForwardOrigin = (origin: string): boolean =>
  !origin.includes("*") && isOrigin(origin) && isProtected(new URL(origin), false);

const origins = text(fix).refine((value) => value.trim().split(/\s+/).every(isForwardOrigin), { error: fix });

/** The origins that a caller's own token may go to. */
export const forwardOrigins: z.ZodType<StringList> = z.union([origins, z.array(origins).min(1, { error: fix })], {
  error: fix,
});
