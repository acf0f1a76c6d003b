import type { StringList } from "../config/options.ts";

/** What a route asks of its callers, beyond a valid token. */
export interface RoutePolicy {
  /** Whether a request without a token is let in. One with an invalid token never is. @default false */
  readonly anonymous?: boolean | undefined;
  /** The names of the authenticators that may accept the caller. @default all that are not `byRouteOnly` */
  readonly authenticators?: StringList | undefined;
  /** Scopes that the token must all have; without them the answer is 403. @default none */
  readonly scopes?: StringList | undefined;
  /** Claims that the token must have, each with one of the values, or as the function says; without them the answer is 403. @default none */
  readonly claims?: Readonly<Record<string, ClaimRule>> | undefined;
  /** The ways of authenticating of which one must be the token's `acr`; else the caller is told to do better (RFC 9470). @default any */
  readonly acrValues?: StringList | undefined;
  /** How long ago the person may have signed in, in milliseconds; else she is told to do it again (RFC 9470). @default any time */
  readonly maxAgeMs?: number | undefined;
  /** Who may come: systems alone, or people alone. @default both */
  readonly identity?: "system" | "person" | undefined;
}

/** What a claim must be: one of these values, or holding one of them where it is a list; or what a function says. */
export type ClaimRule =
  | string
  | number
  | boolean
  | readonly (string | number | boolean)[]
  | ((value: unknown) => boolean);
