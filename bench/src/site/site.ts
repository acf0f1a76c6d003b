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
}

/** What the site is asked: where it is, or for tokens of so many callers. */
export type SiteQuestion = "where" | { readonly callers: number };

/** The number of the item that every call gets. */
export const sku = "4711";

/** The path of the item. */
export const itemPath: string = `/v1/items/${sku}`;

/** Who the rows are to the authorization server. */
export const client = { id: "orders-api", secret: "a-secret-of-the-bench" } as const;

/** Whom the tokens of the rows are for. */
export const audience = "inventory";
