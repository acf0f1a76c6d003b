/** Makes the error for a setting that cannot be used: which one, and what it must be. */
export function invalidSetting(path: string, expected: string): TypeError {
  return new TypeError(`startAuthorizationServer: "${path}" must be ${expected}.`);
}

/** Throws for the first value that stands twice in a list. */
export function refuseRepeats(path: string, values: readonly string[]): void {
  const repeated = values.find((value, index) => values.indexOf(value) !== index);
  if (repeated !== undefined) throw invalidSetting(path, `free of repeats: ${JSON.stringify(repeated)} stands twice`);
}
