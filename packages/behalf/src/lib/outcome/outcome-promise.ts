import { Outcome } from "./outcome.ts";

/** A promise of an {@link Outcome}: it does not reject, unless a program's own code throws. */
export interface OutcomePromise<value> extends Promise<Outcome<value>> {
  /** Waits for the value, and throws the error of a failed outcome. */
  unwrap(): Promise<value>;
}

/** A value now, or later. */
export type Awaitable<value> = value | PromiseLike<value>;

const unwrapOutcome = <value>(outcome: Outcome<value>): value => outcome.unwrap();

function unwrap<value>(this: Promise<Outcome<value>>): Promise<value> {
  return this.then(unwrapOutcome);
}

/** Gives a promise of an outcome its `unwrap`: an own property, because a subclass of `Promise` costs four times as much. */
function addUnwrap<value>(
  promise: Promise<Outcome<value>> & { unwrap?: OutcomePromise<value>["unwrap"] },
): asserts promise is OutcomePromise<value> {
  promise.unwrap = unwrap;
}

/** Makes of an outcome, which is there or comes later, a promise that can be unwrapped. */
export function toOutcomePromise<value>(outcome: Awaitable<Outcome<value>>): OutcomePromise<value> {
  const promise = outcome instanceof Promise ? outcome : Promise.resolve(outcome);
  addUnwrap<value>(promise);
  return promise;
}

/** Tells a value that comes later from one that is there. */
export function isPending<value>(value: Awaitable<value>): value is PromiseLike<value> {
  return typeof value === "object" && value !== null && "then" in value;
}

/** Turns what is thrown into a failed outcome: the one place where errors become outcomes. */
export function toOutcome<value>(work: () => Awaitable<value>): Awaitable<Outcome<value>> {
  try {
    const value = work();
    return isPending(value)
      ? value.then(Outcome.success, (error) => Outcome.fail<value>(error))
      : Outcome.success(value);
  } catch (error) {
    return Outcome.fail(error);
  }
}

/** Goes on with a value, at once where it is there: no promise on the way of a hit. */
export function whenReady<value, next>(
  value: Awaitable<value>,
  next: (value: value) => Awaitable<next>,
): Awaitable<next> {
  return isPending(value) ? value.then(next) : next(value);
}

/** Turns what a step that gives an outcome throws into a failed one. */
export function guardOutcome<value>(step: () => Awaitable<Outcome<value>>): Awaitable<Outcome<value>> {
  try {
    const outcome = step();
    return isPending(outcome)
      ? outcome.then(
          (settled) => settled,
          (error) => Outcome.fail<value>(error),
        )
      : outcome;
  } catch (error) {
    return Outcome.fail(error);
  }
}
