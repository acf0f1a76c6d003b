import type { BackendError } from "./backend-error.ts";
import type { BackendUnreachableError } from "./backend-unreachable-error.ts";
import type { CallerTokenError } from "./caller-token-error.ts";
import type { CapabilityError } from "./capability-error.ts";
import type { ConfigurationError } from "./configuration-error.ts";
import type { MissingContextError } from "./missing-context-error.ts";
import type { RequestRefusedError } from "./request-refused-error.ts";
import type { TokenRefusedError } from "./token-refused-error.ts";
import type { TokenUnreachableError } from "./token-unreachable-error.ts";

/** Every concrete error, as a union to `switch` over by `code`. */
export type AnyBehalfError =
  | BackendError
  | BackendUnreachableError
  | CallerTokenError
  | CapabilityError
  | ConfigurationError
  | MissingContextError
  | RequestRefusedError
  | TokenRefusedError
  | TokenUnreachableError;
