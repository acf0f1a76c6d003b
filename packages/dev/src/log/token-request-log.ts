/** One request that the token endpoint answered. Holds neither a token nor a secret. */
export interface TokenRequest {
  /** As it stood in the request, such as `client_credentials`; `unknown` for one that the server does not offer. */
  readonly grantType: string;
  /** The client, once it was authenticated. */
  readonly clientId: string | undefined;
  /** The `sub` of the token issued, or of the subject token of a refused exchange. */
  readonly subject: string | undefined;
  /** The name of the resource that the token is for, or was asked for; `unknown` for one that the server does not have. */
  readonly audience: string | undefined;
  /** `issued`, or the error code of the answer. */
  readonly outcome: string;
  /** The HTTP status of the answer. */
  readonly status: number;
  readonly at: Date;
}

/** Which requests to count: those that agree in every field given. */
export type TokenRequestFilter = Partial<Omit<TokenRequest, "at">>;

/** What the token endpoint saw, the last 10,000 requests of it. */
export interface TokenRequestLog {
  /** The requests, oldest first; a copy. */
  snapshot(): readonly TokenRequest[];
  /** How many requests agree with the filter. */
  count(filter?: TokenRequestFilter): number;
}

/** The log, and the way to write into it. */
export interface WritableTokenRequestLog extends TokenRequestLog {
  add(request: TokenRequest): void;
}

const kept = 10_000;
const fields = ["grantType", "clientId", "subject", "audience", "outcome", "status"] as const;

/** Creates an empty log. */
export function createTokenRequestLog(): WritableTokenRequestLog {
  const requests: TokenRequest[] = [];
  return {
    add(request) {
      requests.push(Object.freeze(request));
      if (requests.length > kept) requests.shift();
    },
    snapshot: () => [...requests],
    count: (filter = {}) =>
      requests.filter((request) =>
        fields.every((field) => filter[field] === undefined || filter[field] === request[field]),
      ).length,
  };
}
