/** The `act` claim: the party that acts, and the one that acted before it (RFC 8693 section 4.1). */
export interface Actor {
  readonly sub: string;
  readonly act?: Actor;
}

/** Reads an `act` claim; undefined if there is none, or none that names a party. */
export function readActor(value: unknown): Actor | undefined {
  if (typeof value !== "object" || value === null || !("sub" in value) || typeof value.sub !== "string")
    return undefined;
  return toActor(value.sub, readActor("act" in value ? value.act : undefined));
}

/** Makes the `act` claim of a party that acts, after the one that acted before. */
export function toActor(sub: string, earlier: Actor | undefined): Actor {
  return { sub, ...(earlier === undefined ? {} : { act: earlier }) };
}
