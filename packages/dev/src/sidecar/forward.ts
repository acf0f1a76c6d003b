import type { ClientRequest, IncomingMessage, ServerResponse } from "node:http";
import { BackendUnreachableError } from "behalf";
import { awaitHead } from "./await-head.ts";
import type { AnswerHeaders } from "./own-answer.ts";
import { relayAnswer } from "./relay-answer.ts";
import { hasBody } from "./request-headers.ts";
import { sendBody } from "./send-body.ts";
import type { Upstream, UpstreamHead } from "./upstream.ts";

/** One request that is sent on. */
export interface Forwarding {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly head: UpstreamHead;
  /** The name of the service, for errors. */
  readonly service: string;
  readonly upstream: Upstream;
  /** How long the API may take to go on, up to the head of its answer. */
  readonly timeoutMs: number;
  /** Whether the client waits to be told that its body is wanted. */
  readonly expectsContinue: boolean;
  /** How long it waits for an API that says nothing to that. */
  readonly patienceMs: number;
  /** Stand in the answer in place of the API's own. */
  readonly answerHeaders: AnswerHeaders;
}

const resets: readonly unknown[] = ["ECONNRESET", "EPIPE"];
const repeatable = new Set(["GET", "HEAD", "OPTIONS", "PUT", "DELETE"]);

/**
 * Sends a request on and gives its answer to the client, both as they come.
 *
 * @throws {BackendUnreachableError} when the API gives no answer, or not in time
 */
export async function forward(forwarding: Forwarding): Promise<void> {
  const first = open(forwarding);
  const answer = await awaitHead(first, forwarding).catch((error: unknown) => {
    if (!mayRepeat(forwarding, first, error)) throw error;
    return awaitHead(open(forwarding), forwarding);
  });
  relayAnswer(answer, forwarding);
}

/** A connection that was kept may have been closed by the other side just now: nothing of the request was read then. */
function mayRepeat({ request, response, head }: Forwarding, outgoing: ClientRequest, error: unknown): boolean {
  if (response.destroyed || !outgoing.reusedSocket || hasBody(request) || !repeatable.has(head.method)) return false;
  const cause = error instanceof BackendUnreachableError ? error.cause : undefined;
  return typeof cause === "object" && cause !== null && "code" in cause && resets.includes(cause.code);
}

function open(forwarding: Forwarding): ClientRequest {
  const { upstream, head, request, response } = forwarding;
  const outgoing = upstream.open(head);
  response.once("close", () => void (response.writableFinished || outgoing.destroy()));
  if (hasBody(request)) sendBody({ ...forwarding, outgoing });
  else outgoing.end();
  return outgoing;
}
