import { BehalfError } from "./behalf-error.ts";

/** The code of an error, as records and logs name it; what is not of this package is the reason of an abort. */
export function toErrorName(error: unknown): string | undefined {
  if (error === undefined) return undefined;
  return BehalfError.is(error) ? error.code : "aborted";
}
