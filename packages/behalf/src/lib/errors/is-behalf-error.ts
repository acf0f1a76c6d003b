import type { AnyBehalfError } from "./any-behalf-error.ts";
import { BehalfError } from "./behalf-error.ts";

/** Tells an error of this package from any other, as the union to `switch` over by `code`. */
export function isBehalfError(value: unknown): value is AnyBehalfError {
  return BehalfError.is(value);
}
