import type { z } from "zod";
import type { RequestHook, ResponseHook } from "../call-hooks.ts";
import type { CallHookOptions } from "../options.ts";
import { functionOf, oneOrMore, optional } from "./parts.ts";

const fix = "Give a function, or a list of functions.";

type HookShape = {
  readonly [key in keyof CallHookOptions]-?: z.ZodExactOptional<z.ZodType<NonNullable<CallHookOptions[key]>>>;
};

/** Who is told of calls, kept complete by the compiler. */
export const hookShape: HookShape = {
  onRequest: optional(oneOrMore(functionOf<RequestHook>(fix), fix)),
  onResponse: optional(oneOrMore(functionOf<ResponseHook>(fix), fix)),
};
