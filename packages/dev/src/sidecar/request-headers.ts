import type { IncomingMessage } from "node:http";
import { formatForwarded } from "./forwarded.ts";
import { dropHopByHop } from "./hop-by-hop.ts";

/** What the sidecar sets in the requests that it sends on. */
export interface RequestHeadersPlan {
  /** Carries the assertion; in lower case. */
  readonly assertionHeader: string;
  /** Carry what the client shows the sidecar; in lower case. */
  readonly tokenHeaders: readonly string[];
  /** In lower case. */
  readonly messageIdHeader: string;
  /** The host of the API. */
  readonly host: string;
}

/** What one request brings into it. */
export interface RequestFacts {
  readonly assertion: string;
  readonly messageId: string;
  readonly expectsContinue: boolean;
}

/** Makes the headers of the request that is sent on; `headers` of `node:http` in the flat form. */
export type ToRequestHeaders = (request: IncomingMessage, facts: RequestFacts) => string[];

const withBody = new Set(["POST", "PUT", "PATCH"]);

/** The length of the body as the parser has read it: no other header may say where the body ends. */
function toFraming({ method = "GET", headers }: IncomingMessage): string[] {
  if (headers["transfer-encoding"] !== undefined) return ["transfer-encoding", "chunked"];
  const length = headers["content-length"] ?? (withBody.has(method) ? "0" : undefined);
  return length === undefined ? [] : ["content-length", length];
}

/** Creates the function that makes them. What a client says under a name that the sidecar uses is dropped. */
export function createRequestHeaders(plan: RequestHeadersPlan): ToRequestHeaders {
  const { assertionHeader, messageIdHeader, host } = plan;
  const own = new Set([
    "host",
    "content-length",
    "expect",
    "authorization",
    "dpop",
    "forwarded",
    messageIdHeader,
    assertionHeader,
    ...plan.tokenHeaders,
  ]);
  // Some servers read X_Name and X-Name as one header.
  const isOwn = (name: string): boolean => {
    const dashed = name.replaceAll("_", "-");
    return own.has(name) || own.has(dashed) || dashed.startsWith("x-forwarded-");
  };

  return (request, { assertion, messageId, expectsContinue }) => [
    "host",
    host,
    ...dropHopByHop(request.rawHeaders, isOwn),
    ...toFraming(request),
    ...(expectsContinue ? ["expect", "100-continue"] : []),
    "via",
    `${request.httpVersion} sidecar`,
    "forwarded",
    formatForwarded(request),
    messageIdHeader,
    messageId,
    assertionHeader,
    `Bearer ${assertion}`,
  ];
}

/** Whether a request has a body. */
export function hasBody({ headers }: IncomingMessage): boolean {
  return headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;
}
