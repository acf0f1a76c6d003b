import type { Now } from "../values/clock.ts";
import { authenticateClient } from "./client-authentication/authenticate-client.ts";
import type { Proof } from "./dpop.ts";
import { toTokenForm } from "./grants/to-token-form.ts";
import { readAnswer, readNonce, type ServerAnswer } from "./server-answer.ts";
import type { ServerConnection, ServerRequest } from "./server-connection.ts";
import type { TokenRequest } from "./token-request.ts";
import { untilAborted } from "./until-aborted.ts";

/** Whom a token request is sent to. */
export interface TokenServer {
  readonly connection: ServerConnection;
  /** The issuer, as the server names itself. */
  readonly issuer: string;
  readonly endpoint: URL;
  readonly now: Now;
  readonly signal: AbortSignal;
}

/** An attempt that was answered, with the proof that it had. */
export interface Answered {
  readonly answer: ServerAnswer;
  readonly proof: Proof | undefined;
}

/** An attempt that was not. */
export interface Unanswered {
  readonly failure: unknown;
  /** Whether the server may have got the request. */
  readonly sent: boolean;
}

/** How one sending of a request ended. */
export type Attempt = Answered | Unanswered;

interface Prepared {
  readonly sent: ServerRequest;
  readonly proof: Proof | undefined;
}

const contentType = "application/x-www-form-urlencoded;charset=UTF-8";

async function prepare(request: TokenRequest, server: TokenServer): Promise<Prepared> {
  const { credentials, dialect, dpop, identity } = request;
  const { connection, issuer, endpoint, now, signal } = server;
  const form = toTokenForm(request);
  const headers = new Headers({ accept: "application/json", "content-type": contentType, "user-agent": "behalf" });
  await authenticateClient({ form, headers }, { credentials, dialect, issuer, tokenEndpoint: endpoint.href, now });
  const proof = await dpop?.prove({ method: "POST", url: endpoint });
  if (proof) headers.set("dpop", proof.jwt);
  const whole = { headers: Object.fromEntries(headers), body: form, identity: identity ?? connection.identity };
  return { sent: { method: "POST", redirect: "manual", signal, ...whole }, proof };
}

const wasSent = (failure: unknown): boolean =>
  !(failure instanceof Error && "sent" in failure && failure.sent === false);

async function send({ sent, proof }: Prepared, { dpop }: TokenRequest, server: TokenServer): Promise<Attempt> {
  const { connection, endpoint } = server;
  try {
    const response = await connection.fetch(endpoint.href, sent);
    dpop?.keepNonce(endpoint.origin, readNonce(response));
    return { answer: await readAnswer(response), proof };
  } catch (failure) {
    return { failure, sent: wasSent(failure) };
  }
}

/**
 * Sends a token request once, built from nothing: with an assertion and a proof of its own, for a server may take one for a
 * replay (https://github.com/DuendeSoftware/foss/issues/325).
 *
 * What signing, or a missing credential, throws goes on as it is.
 */
export async function attemptTokenRequest(request: TokenRequest, server: TokenServer): Promise<Attempt> {
  const { signal } = server;
  const prepared = await untilAborted(prepare(request, server), signal);
  return prepared ? send(prepared, request, server) : { failure: signal.reason, sent: false };
}
