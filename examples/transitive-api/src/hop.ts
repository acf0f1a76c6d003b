/** One request that a backend served, as its own validation of the token saw it. */
export interface Hop {
  readonly backend: string;
  /** The person. */
  readonly sub: string;
  /** The audience of the token. */
  readonly aud: string;
  /** Who acts for the person; absent when the token says nothing of it. */
  readonly act: string | undefined;
  readonly scope: string;
  readonly messageId: string | undefined;
  readonly at: Date;
}
