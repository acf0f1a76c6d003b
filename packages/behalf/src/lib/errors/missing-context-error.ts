import { BehalfError } from "./behalf-error.ts";

/** Something was asked for that only a request has, outside a request. */
export class MissingContextError extends BehalfError {
  override readonly name = "MissingContextError";
  override readonly code = "BEHALF_CONTEXT_MISSING";
  /** What was needed of the request. */
  readonly needed: string;

  constructor(needed: string) {
    super(
      `There is no current request, and ${needed} is needed. Call from within a request handler, with the adapter registered (where "ambientContext" is false, before its first await or by behalf.context.snapshot); after the request, by behalf.runWith; or as this API itself, by behalf.asService or grant type "clientCredentials".`,
    );
    this.needed = needed;
  }
}
