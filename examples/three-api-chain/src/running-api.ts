/** An API of the chain, running. */
export interface RunningApi {
  readonly url: string;
  close(): Promise<void>;
}

/** What an API has to be told that calls another one. */
export interface CallingApiOptions {
  readonly issuer: string;
  /** The secret by which it proves to the authorization server who it is. */
  readonly clientSecret: string;
  /** Where the API is that it calls. */
  readonly nextUrl: string;
}
