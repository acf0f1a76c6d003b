import type { AsEndpoint, AsRequest } from "./as-request.ts";
import { type Fault, unjudged } from "./unjudged.ts";

/** Which requests meet which fault. What was asked of the next requests comes before the standing rules. */
export interface FaultScript {
  /** Gives the coming requests to the endpoint one of these faults each, in this order. */
  next(endpoint: AsEndpoint, ...faults: readonly Fault[]): void;
  /** Gives every request to the endpoint this fault until `clear`. */
  always(endpoint: AsEndpoint, fault: Fault): void;
  /** Gives every request that matches this fault until `clear`; a later rule wins. */
  when(matches: (request: AsRequest) => boolean, fault: Fault): void;
  /** The server is down until `clear`: every connection is cut, and nothing of what is asked is done. */
  down(): void;
  /** Forgets every fault: the server is healthy again. */
  clear(): void;
}

/** The script, and the server's side of it. */
export interface FaultBook {
  readonly script: FaultScript;
  take(request: AsRequest): Fault | undefined;
}

interface Rule {
  readonly matches: (request: AsRequest) => boolean;
  readonly fault: Fault;
}

export function createFaultBook(): FaultBook {
  const queues = new Map<AsEndpoint, Fault[]>();
  let rules: readonly Rule[] = [];
  let outage: Fault | undefined;

  const script: FaultScript = {
    next(endpoint, ...faults) {
      queues.set(endpoint, [...(queues.get(endpoint) ?? []), ...faults]);
    },
    always(endpoint, fault) {
      script.when((request) => request.endpoint === endpoint, fault);
    },
    when(matches, fault) {
      rules = [{ matches, fault }, ...rules];
    },
    down() {
      outage = unjudged({ kind: "drop" });
    },
    clear() {
      queues.clear();
      rules = [];
      outage = undefined;
    },
  };

  return {
    script,
    take(request) {
      return outage ?? queues.get(request.endpoint)?.shift() ?? rules.find((rule) => rule.matches(request))?.fault;
    },
  };
}
