/** Reads a text from its beginning to its end. */
export interface CriteriaCursor {
  /** Takes what comes next, if it is this. */
  take(literal: string): boolean;
  /** Takes what comes next, if it is like this, and gives the first group that matched; the pattern is sticky. */
  match(pattern: RegExp): string | undefined;
  /** The error that says where reading stopped, and what was expected there. It shows nothing of the text. */
  unexpected(expected: string): TypeError;
  readonly ended: boolean;
}

const blank = /\s*/y;

/** Creates a cursor that leaves out the space before whatever it takes. */
export function createCriteriaCursor(text: string): CriteriaCursor {
  let position = 0;

  const skipSpace = (): void => {
    blank.lastIndex = position;
    position += blank.exec(text)?.[0].length ?? 0;
  };

  return {
    take(literal) {
      skipSpace();
      if (!text.startsWith(literal, position)) return false;
      position += literal.length;
      return true;
    },
    match(pattern) {
      skipSpace();
      pattern.lastIndex = position;
      const found = pattern.exec(text);
      if (!found) return undefined;
      position += found[0].length;
      return found.slice(1).find((group) => group !== undefined);
    },
    unexpected(expected) {
      skipSpace();
      return new TypeError(`The criteria cannot be read at character ${position + 1}: expected ${expected}.`);
    },
    get ended() {
      skipSpace();
      return position === text.length;
    },
  };
}
