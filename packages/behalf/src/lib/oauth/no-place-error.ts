/** A question that was not asked: too many others are under way. */
export class NoPlaceError extends Error {
  override readonly name = "NoPlaceError";

  constructor() {
    super("Too many questions to authorization servers are under way.");
  }
}
