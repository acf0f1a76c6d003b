/** A person who can sign in. */
export interface Person {
  /** The `sub` of every token issued for this person. */
  readonly id: string;
  /** The `name` claim. */
  readonly name: string;
  /** The `email` claim. A `login_hint` may be the id or this. */
  readonly email: string;
}

/** Finds the person whom a `login_hint` names, by id or email. */
export function findByHint(people: readonly Person[], hint: string): Person | undefined {
  return people.find((person) => person.id === hint || person.email === hint);
}
