import type { IncomingMessage, ServerResponse } from "node:http";
import { forward } from "./forward.ts";
import type { Gate } from "./gate.ts";
import { giveAssertion } from "./give-assertion.ts";
import { type OwnAnswer, sendOwnAnswer } from "./own-answer.ts";
import { createProblem } from "./problem.ts";
import { type Received, receiveRequest } from "./receive-request.ts";
import type { ToRequestHeaders } from "./request-headers.ts";
import { readTarget, toUpstreamPath } from "./request-target.ts";
import type { Upstream } from "./upstream.ts";

/** The parts of a running sidecar. */
export interface SidecarParts {
  readonly gate: Gate;
  readonly upstream: Upstream;
  readonly toRequestHeaders: ToRequestHeaders;
  /** The name of the service. */
  readonly service: string;
  /** What stands before the paths of the API. */
  readonly basePath: string;
  readonly timeoutMs: number;
  readonly patienceMs: number;
  readonly messageIdHeader: string;
  readonly tokenPath: string;
}

/** One request, and where its answer goes. */
export interface Served {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Whether the client waits to be told that its body is wanted. */
  readonly expectsContinue: boolean;
}

/** Serves one request; it never fails. */
export type ServeRequest = (served: Served) => Promise<void>;

function whenHungUp(response: ServerResponse, listener: () => void): void {
  const look = (): void => void (response.writableFinished || listener());
  if (response.closed) look();
  else response.once("close", look);
}

/** Whether a request is one that no proxy of this kind can send on, and with what status it is refused. */
function judgeRequest({ method, headers }: IncomingMessage): 501 | undefined {
  const { "transfer-encoding": coding = "chunked" } = headers;
  // TRACE would show the client the assertion; a coding that is not understood hides where the body ends.
  return method === "TRACE" || coding.toLowerCase() !== "chunked" ? 501 : undefined;
}

/** Creates the function that serves them. */
export function createServeRequest(parts: SidecarParts): ServeRequest {
  const { gate, toRequestHeaders, tokenPath, basePath } = parts;

  /** Gives the sidecar's own answer; `undefined` where the API's was given to the client. */
  const serve = async ({ request, response, expectsContinue }: Served, received: Received) => {
    const { visit, answerHeaders } = received;
    const refusal = judgeRequest(request);
    if (refusal !== undefined) return createProblem(refusal, visit.messageId);
    const target = readTarget(request.url ?? "");
    if (target?.split("?")[0] === tokenPath) return giveAssertion(request, visit);
    const path = target && toUpstreamPath(basePath, target);
    if (path === undefined) return createProblem(400, visit.messageId);

    const facts = { assertion: await visit.admit(), messageId: visit.messageId, expectsContinue };
    if (response.destroyed) return undefined;
    const head = { method: request.method ?? "GET", path, headers: toRequestHeaders(request, facts) };
    await forward({ ...parts, request, response, head, expectsContinue, answerHeaders });
    return undefined;
  };

  return async (served) => {
    const { request, response, expectsContinue } = served;
    // A client that waits to be told may send its next request where the body was to be.
    if (expectsContinue) response.shouldKeepAlive = false;
    const received = receiveRequest(gate, request, (listener) => whenHungUp(response, listener));
    const { visit, answerHeaders } = received;
    const refuse = (error: unknown): OwnAnswer | undefined => (response.destroyed ? undefined : visit.answer(error));
    const answer = await serve(served, received).catch(refuse);
    if (answer) sendOwnAnswer(response, answer, answerHeaders);
  };
}
