import { log } from "../diagnostics/log.ts";
import type { Logger } from "../diagnostics/logger.ts";
import { toErrorName } from "../errors/to-error-name.ts";
import type { Outcome } from "../outcome/outcome.ts";
import type { ActorToken } from "../values/actor-token.ts";

/** Tells a logger how the token for a call was come by. */
export function logAuthorization(logger: Logger, outcome: Outcome<ActorToken>, fields: object): void {
  if (outcome.ok) log(logger, "debug", [fields, "authorized"]);
  else log(logger, "error", [{ ...fields, error: toErrorName(outcome.error) }, "not authorized"]);
}
