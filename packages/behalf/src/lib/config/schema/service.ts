import { z } from "zod";
import { parsePathTemplate } from "../../values/path-template.ts";
import type { CheckedEndpoint, CheckedService } from "../checked.ts";
import { authShape } from "./auth.ts";
import { hookShape } from "./hooks.ts";
import { isOrigin, optional, text } from "./parts.ts";
import { toMethods } from "./to-methods.ts";

const pathTemplate = z.string({ error: 'Give a path such as "/items/{sku}".' }).superRefine((template, context) => {
  try {
    parsePathTemplate(template);
  } catch (error) {
    const reason = error instanceof Error ? error.message : "it cannot be read";
    context.addIssue({ code: "custom", message: `Correct the path: ${reason}.` });
  }
});

const methodsFix = "Give methods such as GET or [GET, POST].";
const method = z.enum(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"], { error: methodsFix });

/** The schema of an endpoint. */
export const endpointSchema: z.ZodType<CheckedEndpoint> = z.strictObject(
  {
    ...authShape,
    path: pathTemplate,
    methods: optional(z.preprocess(toMethods, z.array(method, { error: methodsFix }).min(1, { error: methodsFix }))),
  },
  { error: "Give a path, or an object with path." },
);

const host = text('Give the origin of the service, such as "https://inventory.internal".').refine(isOrigin, {
  error: 'Give scheme, host and port only, such as "https://inventory.internal"; a path belongs into "basePath".',
});

const basePath = z
  .string({ error: 'Give a path such as "/v1".' })
  .regex(/^\/(?!\/)[\w.~!$&'()*+,;=:@%/-]*$/, {
    error: 'Give a path such as "/v1": it begins with one "/" and has no parameters.',
  })
  .refine((path) => !/(^|\/)(\.|%2e){1,2}(\/|$)/i.test(path), { error: 'Take "." and ".." out of the path.' });

/** The schema of a service, without its endpoints: each is checked for itself. */
export const serviceSchema: z.ZodType<CheckedService> = z.strictObject(
  {
    ...authShape,
    ...hookShape,
    host,
    basePath: optional(basePath),
    endpoints: optional(z.record(z.string(), z.unknown(), { error: "Give the endpoints by name." })),
  },
  { error: "Give the URL of the service, or an object with host." },
);
