/** What an editor says of how calls are made, by the name of a setting, or by its group and name. */
export const callDescriptions: Readonly<Record<string, string>> = {
  timeoutMs: "How long a call may take, in milliseconds. Default: 30000.",
  maxResponseBytes: "How many bytes of an answer are read into memory, expanded. Default: 10485760.",
  compression: "Whether answers may come compressed. Default: false.",
  maxRedirects: "How many redirects are followed, below the base address only. Default: 0.",
  userAgent: 'The header User-Agent; false for none. Default: "behalf".',
  retry: "How a call that failed is tried again. Default: false.",
  "retry.attempts": "How often a call is sent at most, the first time included. Default: 3.",
  "retry.methods":
    "The methods of calls that may be tried again; others may be with a header Idempotency-Key. Default: GET, HEAD, OPTIONS, PUT, DELETE.",
  "retry.statuses": "The statuses of answers after which a call is tried again. Default: 408, 429, 502, 503, 504.",
  "retry.minDelayMs":
    "The longest wait before the second attempt, in milliseconds; it doubles with each further one. Default: 100.",
  "retry.maxDelayMs":
    "The longest wait before any attempt, in milliseconds. A longer Retry-After ends the call. Default: 2000.",
  "retry.attemptTimeoutMs": "How long one attempt may take, in milliseconds. Default: what is left of the call.",
  "retry.budget":
    "How many attempts beyond the first there may be, as a share of the calls to the origin. Default: 0.2.",
  breaker: "When calls to an origin are given up before they are sent. Default: false.",
  "breaker.failureRatio": "The share of failed calls that opens the breaker: above 0, at most 1. Default: 0.5.",
  "breaker.minCalls": "How many calls there must have been in the window, at least. Default: 20.",
  "breaker.windowMs": "The time that is looked at, in milliseconds. Default: 10000.",
  "breaker.openMs": "After how long one call tries whether the backend is back, in milliseconds. Default: 5000.",
  bulkhead: "How many calls to an origin there are at a time. Default: false.",
  "bulkhead.maxConcurrent": "How many there are at a time, at most.",
  "bulkhead.maxQueued": "How many more may wait for their turn; others fail at once. Default: 0.",
  hedge: "When a call is sent once more beside the one that is under way. Default: false.",
  "hedge.afterMs": "After how long without an answer, in milliseconds.",
  "hedge.maxHedges": "How often, at most. Default: 1.",
  connections: "How connections to a backend are made and kept.",
  "connections.maxConnections": "How many there are at a time, at most. Default: no bound.",
  "connections.keepAliveMs": "How long a connection without a request is kept, in milliseconds. Default: 4000.",
  "connections.connectTimeoutMs": "How long a connection may take to come about, in milliseconds. Default: 10000.",
  "connections.http2": "Whether HTTP/2 is used where the backend speaks it, over https only. Default: false.",
  "connections.socketPath": "The path of a Unix domain socket that takes the place of host and port.",
};
