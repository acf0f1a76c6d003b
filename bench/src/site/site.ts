/** Where the servers are that the rows call, and what the rows need besides. */
export interface Site {
  /** The origin of the backend. */
  readonly backend: string;
  /** The issuer of the authorization server. */
  readonly authority: string;
  /** A token that the backend takes, for the rows that obtain none. */
  readonly accessToken: string;
  /** The token of a caller, for the rows that exchange one. */
  readonly callerToken: string;
  /** How many callers take turns, for the rows that exchange a token of each. */
  readonly users: number;
}

/** What the site is asked: where it is, tokens of so many callers, to begin to count, or what it has counted. */
export type SiteQuestion =
  | "where"
  | "counts"
  | { readonly callers: number }
  | { readonly watch: { readonly refuseAfter?: number } };

/** The number of the item that every call gets. */
export const sku = "4711";

/** The path of the item. */
export const itemPath: string = `/v1/items/${sku}`;

/** The path of a megabyte, to be read or written. */
export const blobPath = "/v1/blobs/1";

/** Where the authorization server gives tokens of so many callers: the number comes behind it. */
export const callersPath = "/callers/";

/** Who the rows are to the authorization server. */
export const client = { id: "orders-api", secret: "a-secret-of-the-bench" } as const;

/** Whom the tokens of the rows are for. */
export const audience = "inventory";

/** Tells whether an answer is the item. */
export function isItem(answer: unknown): boolean {
  return typeof answer === "object" && answer !== null && "sku" in answer && answer.sku === sku;
}
