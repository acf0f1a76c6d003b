/** Whether two types are the same, and not only assignable to each other. */
export type Equals<left, right> =
  (<probe>() => probe extends left ? 1 : 2) extends <probe>() => probe extends right ? 1 : 2 ? true : false;

/** Compiles only for `true`. */
export function holds<claim extends true>(..._: claim[]): void {}
