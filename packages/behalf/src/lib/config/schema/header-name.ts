import { z } from "zod";

const fix = "Give the name of a header.";

/** The name of a header (RFC 9110 section 5.1). */
export const headerName: z.ZodType<string> = z.string({ error: fix }).regex(/^[!#$%&'*+.^_`|~\w-]+$/, { error: fix });
