/** A value that stands elsewhere, and is read when the configuration is resolved. */
export class Reference {
  /** Where, in the notation of configuration files: `${env:X}` or `${file:X}`. */
  readonly notation: string;

  constructor(notation: string) {
    this.notation = notation;
  }
}

/** A value that stands in an environment variable. A variable that is not set is a problem of the configuration. */
export function fromEnv(name: string): Reference {
  return new Reference(`\${env:${name}}`);
}

/** A value that is the content of a file, without the line break at its end. It is read once, at the start. */
export function fromFile(path: string): Reference {
  return new Reference(`\${file:${path}}`);
}
