import type { AsEndpoint, AsRequest } from "./as-request.ts";

/** What the authorization server has seen. */
export interface RequestLog {
  /** Every request that was read to its end, in the order of arrival. */
  readonly requests: readonly AsRequest[];
  readonly tokenRequests: readonly AsRequest[];
  /** The request to the token endpoint at an index, counted from the end if negative. @default -1, the last */
  tokenRequest(index?: number): AsRequest;
  /** How many requests came to the endpoint, or match. */
  count(filter: AsEndpoint | ((request: AsRequest) => boolean)): number;
}

export function createRequestLog(requests: readonly AsRequest[]): RequestLog {
  const to = (endpoint: AsEndpoint): AsRequest[] => requests.filter((request) => request.endpoint === endpoint);

  return {
    requests,
    get tokenRequests() {
      return to("token");
    },
    tokenRequest(index = -1) {
      const request = to("token").at(index);
      if (!request) throw new Error(`There was no token request ${index}`);
      return request;
    },
    count(filter) {
      return typeof filter === "string" ? to(filter).length : requests.filter(filter).length;
    },
  };
}
