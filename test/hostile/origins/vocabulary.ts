import type { BehalfErrorCode, RequestRefusal } from "behalf";
import type { World } from "./world.ts";

/** The two servers, as a hostile text may name them. */
export interface Places {
  /** The origin that the token is for. */
  readonly backend: string;
  /** Its host and port. */
  readonly backendHost: string;
  readonly backendPort: string;
  /** The origin that nothing may be sent to. */
  readonly elsewhere: string;
  readonly elsewhereHost: string;
}

/** What a caller sees of an error. */
export interface ExpectedError {
  readonly name: string;
  readonly code: BehalfErrorCode;
  readonly refusal?: RequestRefusal;
  readonly subject?: string;
  readonly status?: number;
}

/** What comes of a call. */
export interface Expected {
  /** `undefined` for none. */
  readonly error?: ExpectedError;
  /** What the backend was asked, method and target, in this order. @default nothing */
  readonly landed?: readonly string[];
  /** Type and text of each body that the backend was sent; `""` for none. @default not looked at */
  readonly bodies?: readonly string[];
  /** How many requests went elsewhere: only those without a token may. @default 0 */
  readonly elsewhere?: number;
  /** What the error's message contains, and what it does not repeat. */
  readonly message?: { readonly contains?: readonly string[]; readonly lacks?: readonly string[] };
}

/** A hostile input, as data. */
export interface OriginCase<input> {
  readonly name: string;
  readonly input: (places: Places) => input;
  readonly expect: Expected | ((places: Places) => Expected);
  /** The names of the ways that it goes by. @default all of the theme's */
  readonly ways?: readonly string[];
}

/** How an input gets to Behalf. It rejects by what the caller would see. */
export type Way<input> = (world: World, input: input) => Promise<unknown>;

/** Cases that go the same ways. */
export interface OriginTheme<input> {
  readonly name: string;
  readonly ways: Readonly<Record<string, Way<input>>>;
  readonly cases: readonly OriginCase<input>[];
}

/** A request that is not sent. */
export const refused = (refusal: RequestRefusal, subject: string): Expected => ({
  error: { name: "RequestRefusedError", code: "BEHALF_REQUEST_REFUSED", refusal, subject },
});

/** A request that the backend gets, at the path that it is meant for. */
export const lands = (target: string, method = "GET"): Expected => ({ landed: [`${method} ${target}`] });

/** A redirect that is not followed, after these requests. */
export const stopped = (status: number, ...landed: readonly string[]): Expected => ({
  error: { name: "BackendError", code: "BEHALF_BACKEND_REDIRECT", status },
  landed,
});

/** A JavaScript caller gives what TypeScript would not let through. */
export const untyped = (value: unknown): never => value as never;
