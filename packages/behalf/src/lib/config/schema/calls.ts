import { z } from "zod";
import { defaultRetry } from "../../values/call-settings.ts";
import { idempotentMethods } from "../../values/idempotent-methods.ts";
import type {
  BreakerOptions,
  BulkheadOptions,
  CallOverrides,
  CallSettingsOptions,
  ConnectionOptions,
  HedgeOptions,
  RetryMethod,
  RetryOptions,
} from "../call-options.ts";
import { count, flag, milliseconds, optional, text } from "./parts.ts";
import { toMethods } from "./to-methods.ts";

const methodsFix =
  "Give GET, HEAD, OPTIONS, PUT or DELETE. A call by another method is tried again where it has a header Idempotency-Key.";
const method = z.enum(idempotentMethods, { error: methodsFix });
const methods: z.ZodType<readonly RetryMethod[]> = z.preprocess(
  toMethods,
  z.array(method, { error: methodsFix }).min(1, { error: methodsFix }),
);

const statusesFix = "Give statuses of 400 to 599, such as [502, 503].";
const statuses = z.array(
  z
    .number({ error: statusesFix })
    .int({ error: statusesFix })
    .min(400, { error: statusesFix })
    .max(599, { error: statusesFix }),
  { error: statusesFix },
);

const countFromZero = z
  .number({ error: "Give a whole number." })
  .int({ error: "Give a whole number." })
  .min(0, { error: "Give a whole number, 0 or more." });

const budgetFix = "Give a number of 0 to 1, such as 0.2 for one in five.";
const budget = z.number({ error: budgetFix }).min(0, { error: budgetFix }).max(1, { error: budgetFix });

const ratioFix = "Give a number above 0, at most 1, such as 0.5 for half of the calls.";
const ratio = z.number({ error: ratioFix }).gt(0, { error: ratioFix }).max(1, { error: ratioFix });

const retryGroup: z.ZodType<RetryOptions> = z
  .strictObject({
    attempts: optional(count),
    methods: optional(methods),
    statuses: optional(statuses),
    minDelayMs: optional(milliseconds),
    maxDelayMs: optional(milliseconds),
    attemptTimeoutMs: optional(milliseconds),
    budget: optional(budget),
  })
  .superRefine(({ minDelayMs, maxDelayMs }, context) => {
    const least = minDelayMs ?? defaultRetry.minDelayMs;
    const most = maxDelayMs ?? defaultRetry.maxDelayMs;
    if (least <= most) return;
    const [path, message] =
      minDelayMs === undefined
        ? ["maxDelayMs", `Give ${least} or more, or a smaller "minDelayMs" beside it.`]
        : ["minDelayMs", `Give ${most} or less, or a greater "maxDelayMs" beside it.`];
    context.addIssue({ code: "custom", path: [path], message });
  });

const breakerGroup: z.ZodType<BreakerOptions> = z.strictObject({
  failureRatio: optional(ratio),
  minCalls: optional(count),
  windowMs: optional(milliseconds),
  openMs: optional(milliseconds),
});

const bulkheadGroup: z.ZodType<BulkheadOptions> = z.strictObject({
  maxConcurrent: count,
  maxQueued: optional(countFromZero),
});

const hedgeGroup: z.ZodType<HedgeOptions> = z.strictObject({ afterMs: milliseconds, maxHedges: optional(count) });

const connections: z.ZodType<ConnectionOptions> = z.strictObject(
  {
    maxConnections: optional(count),
    keepAliveMs: optional(milliseconds),
    connectTimeoutMs: optional(milliseconds),
    http2: optional(flag),
    socketPath: optional(
      text("Give the path of a Unix domain socket.").refine((path) => !path.includes("\0"), {
        error: "Give a path without NUL.",
      }),
    ),
  },
  { error: "Give an object with maxConnections, keepAliveMs, connectTimeoutMs, http2 and socketPath." },
);

const orOff = <group>(schema: z.ZodType<group>, keys: string): z.ZodType<false | group> =>
  z.union([z.literal(false), schema], { error: `Give false, or an object with ${keys}.` });

const userAgentFix = "Give a text of ASCII characters without line breaks, or false for no header.";
const userAgent: z.ZodType<string | false> = z.union(
  [
    z.literal(false),
    z.string({ error: userAgentFix }).regex(/^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/, { error: userAgentFix }),
  ],
  { error: userAgentFix },
);

const retry = orOff(retryGroup, "attempts, methods, statuses, minDelayMs, maxDelayMs, attemptTimeoutMs and budget");
const hedge = orOff(hedgeGroup, "afterMs and maxHedges");

type CallShape = {
  readonly [key in keyof CallSettingsOptions]-?: z.ZodExactOptional<z.ZodType<NonNullable<CallSettingsOptions[key]>>>;
};

/** What every node can say of its calls, kept complete by the compiler. */
export const callShape: CallShape = {
  timeoutMs: optional(milliseconds),
  maxResponseBytes: optional(count),
  compression: optional(flag),
  maxRedirects: optional(countFromZero),
  userAgent: optional(userAgent),
  retry: optional(retry),
  breaker: optional(orOff(breakerGroup, "failureRatio, minCalls, windowMs and openMs")),
  bulkhead: optional(orOff(bulkheadGroup, "maxConcurrent and maxQueued")),
  hedge: optional(hedge),
  connections: optional(connections),
};

/** The schema of what a single call can say. */
export const overridesSchema: z.ZodType<CallOverrides> = z.strictObject({
  retry: callShape.retry,
  hedge: callShape.hedge,
  maxRedirects: callShape.maxRedirects,
  maxResponseBytes: callShape.maxResponseBytes,
});
