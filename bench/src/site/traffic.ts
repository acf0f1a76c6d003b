/** What the servers were asked since they were told to watch. */
export interface SiteCounts {
  readonly tokenRequests: number;
  readonly backendRequests: number;
  /** Requests that the backend answered with 401. */
  readonly refused: number;
  /** From the instant at which tokens were refused to the last refusal, in milliseconds. */
  readonly calmMs: number | undefined;
}

/** Counts what the servers are asked, and sees to it that tokens are refused when it is time. */
export interface Traffic {
  watch(refuseAfter: number | undefined): void;
  countTokenRequest(): void;
  /** Counts a request at the backend, before its token is looked at. */
  countBackendRequest(): void;
  countRefusal(): void;
  readonly counts: SiteCounts;
}

const none = { tokenRequests: 0, backendRequests: 0, refused: 0 };

/** Creates the counting; `refuse` has the backend refuse every token issued so far. */
export function createTraffic(refuse: () => void): Traffic {
  let counted = { ...none };
  let refuseAfter: number | undefined;
  let [refusedAt, lastRefusalAt] = [0, 0];
  return {
    watch(count) {
      counted = { ...none };
      refuseAfter = count;
      refusedAt = 0;
      lastRefusalAt = 0;
    },
    countTokenRequest() {
      counted.tokenRequests += 1;
    },
    countBackendRequest() {
      counted.backendRequests += 1;
      if (counted.backendRequests !== refuseAfter) return;
      refuse();
      refusedAt = performance.now();
    },
    countRefusal() {
      counted.refused += 1;
      lastRefusalAt = performance.now();
    },
    get counts() {
      const calm = refusedAt > 0 && lastRefusalAt > 0;
      return { ...counted, calmMs: calm ? lastRefusalAt - refusedAt : undefined };
    },
  };
}
