/** What an operation gave that succeeded. */
export interface Success<value> extends OutcomeMethods<value> {
  readonly ok: true;
  readonly value: value;
}

/** What an operation gave that failed. */
export interface Failure<value> extends OutcomeMethods<value> {
  readonly ok: false;
  /** A {@link BehalfError}, or the reason of the `AbortSignal` that ended the operation. */
  readonly error: Error;
}

/** The result of an operation that can fail: a value or an error. `ok` decides, never truthiness. */
export type Outcome<value> = Success<value> | Failure<value>;

/** What to do in either case. */
export interface OutcomeMatch<value, result> {
  readonly success: (value: value) => result;
  readonly failure: (error: Error) => result;
}

/** The methods that both kinds of outcome have. */
export interface OutcomeMethods<value> {
  /** Gives the value, or throws the very error that is carried. */
  unwrap(): value;
  /** Changes the value; a failure stays as it is. */
  map<next>(change: (value: value) => next): Outcome<next>;
  /** Goes on with another operation that can fail; a failure stays as it is. */
  andThen<next>(next: (value: value) => Outcome<next>): Outcome<next>;
  /** Gives one result for both cases. */
  match<result>(cases: OutcomeMatch<value, result>): result;
  /** Gives the value, or the one given here after a failure. */
  valueOr(fallback: value): value;
}

class SuccessfulOutcome<value> implements Success<value> {
  readonly ok = true;
  readonly value: value;

  constructor(value: value) {
    this.value = value;
  }

  unwrap(): value {
    return this.value;
  }

  map<next>(change: (value: value) => next): Outcome<next> {
    return new SuccessfulOutcome(change(this.value));
  }

  andThen<next>(next: (value: value) => Outcome<next>): Outcome<next> {
    return next(this.value);
  }

  match<result>(cases: OutcomeMatch<value, result>): result {
    return cases.success(this.value);
  }

  valueOr(): value {
    return this.value;
  }
}

class FailedOutcome<value> implements Failure<value> {
  readonly ok = false;
  readonly error: Error;

  constructor(error: Error) {
    this.error = error;
  }

  unwrap(): never {
    throw this.error;
  }

  map<next>(): Outcome<next> {
    return new FailedOutcome<next>(this.error);
  }

  andThen<next>(): Outcome<next> {
    return new FailedOutcome<next>(this.error);
  }

  match<result>(cases: OutcomeMatch<value, result>): result {
    return cases.failure(this.error);
  }

  valueOr(fallback: value): value {
    return fallback;
  }
}

const toError = (thrown: unknown): Error =>
  thrown instanceof Error
    ? thrown
    : new DOMException("The operation was aborted", { name: "AbortError", cause: thrown });

/** Makes outcomes. */
export const Outcome: {
  /** An outcome that carries a value, also when the value is falsy. */
  success<value>(value: value): Success<value>;
  /** An outcome that carries an error; what is no `Error` becomes the cause of one. */
  fail<value = never>(error: unknown): Failure<value>;
} = {
  success: (value) => new SuccessfulOutcome(value),
  fail: (error) => new FailedOutcome(toError(error)),
};
