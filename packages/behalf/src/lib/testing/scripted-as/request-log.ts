import type { AsEndpoint, AsRequest } from "./as-request.ts";
import { type TokenStep, toTokenStep } from "./token-step.ts";

/** What the authorization server has seen: of very many requests, the last 10,000. */
export interface RequestLog {
  /** Every request that was read to its end, in the order of arrival. */
  readonly requests: readonly AsRequest[];
  readonly tokenRequests: readonly AsRequest[];
  /** The request to the token endpoint at an index, counted from the end if negative. @default -1, the last */
  tokenRequest(index?: number): AsRequest;
  /** What was asked of the token endpoint, in the order of arrival, without any token. */
  readonly tokenFlow: readonly TokenStep[];
  /** How many requests came to the endpoint, or match. */
  count(filter: AsEndpoint | ((request: AsRequest) => boolean)): number;
  /** Forgets the requests so far: what is asserted later is about what comes from now on. */
  forgetRequests(): void;
}

/** The log, and the server's side of it. */
export interface RequestBook {
  readonly log: RequestLog;
  add(request: AsRequest): void;
}

const mostRequests = 10_000;

function createRequestLog(requests: AsRequest[]): RequestLog {
  const to = (endpoint: AsEndpoint): readonly AsRequest[] => requests.filter((one) => one.endpoint === endpoint);

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
    get tokenFlow() {
      return to("token").map(toTokenStep);
    },
    count(filter) {
      return typeof filter === "string" ? to(filter).length : requests.filter(filter).length;
    },
    forgetRequests() {
      requests.length = 0;
    },
  };
}

export function createRequestBook(): RequestBook {
  const requests: AsRequest[] = [];

  return {
    log: createRequestLog(requests),
    add(request) {
      requests.push(request);
      if (requests.length > mostRequests) requests.shift();
    },
  };
}
