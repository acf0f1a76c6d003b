import { allowInsecureRequests, customFetch, genericTokenEndpointRequest } from "oauth4webapi";
import type { Now } from "../values/clock.ts";
import { authenticateClient } from "./client-authentication/authenticate-client.ts";
import type { OutgoingRequest } from "./client-authentication/client-authenticator.ts";
import type { Proof } from "./dpop.ts";
import { grants } from "./grants/grants.ts";
import { toTokenForm } from "./grants/to-token-form.ts";
import { readAnswer, readNonce, type ServerAnswer } from "./server-answer.ts";
import type { ServerConnection } from "./server-connection.ts";
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

/** How far one sending has come. */
interface Progress {
  proof: Proof | undefined;
  /** Whether it was handed to the network. */
  handedOver: boolean;
}

/** Adds what proves who the client is, and that it has the key. */
async function addProofs(
  outgoing: OutgoingRequest,
  { credentials, dialect, dpop }: TokenRequest,
  { issuer, endpoint, now }: TokenServer,
): Promise<Proof | undefined> {
  await authenticateClient(outgoing, { credentials, dialect, issuer, tokenEndpoint: endpoint.href, now });
  const proof = await dpop?.prove({ method: "POST", url: endpoint });
  if (proof) outgoing.headers.set("dpop", proof.jwt);
  return proof;
}

/** The library wants a client id even where an assertion alone names the client; it does not send it. */
function send(request: TokenRequest, server: TokenServer, progress: Progress): Promise<Response> {
  const { credentials, grantType, identity, subject } = request;
  const party = subject?.token.digest();
  const { connection, issuer, endpoint, signal } = server;
  return genericTokenEndpointRequest(
    { issuer, token_endpoint: endpoint.href },
    { client_id: credentials.clientId || "-" },
    async (...[, , form, headers]) => {
      progress.proof = await untilAborted(addProofs({ form, headers }, request, server), signal);
      signal.throwIfAborted();
    },
    grants[grantType].grantType,
    toTokenForm(request),
    {
      headers: { "user-agent": "behalf" },
      [customFetch]: (url, outgoing) => {
        progress.handedOver = true;
        return connection.fetch(url, { ...outgoing, identity: identity ?? connection.identity, party });
      },
      [allowInsecureRequests]: true,
      signal,
    },
  );
}

const wasSent = (failure: unknown): boolean =>
  !(failure instanceof Error && "sent" in failure && failure.sent === false);

/**
 * Sends a token request once, built from nothing: with an assertion and a proof of its own, for a server may take one for a
 * replay (https://github.com/DuendeSoftware/foss/issues/325).
 *
 * What signing, or a missing credential, throws goes on as it is.
 */
export async function attemptTokenRequest(request: TokenRequest, server: TokenServer): Promise<Attempt> {
  const progress: Progress = { proof: undefined, handedOver: false };
  try {
    const response = await send(request, server, progress);
    request.dpop?.keepNonce(server.endpoint.origin, readNonce(response));
    return { answer: await readAnswer(response), proof: progress.proof };
  } catch (failure) {
    if (!progress.handedOver && failure !== server.signal.reason) throw failure;
    return { failure, sent: progress.handedOver && wasSent(failure) };
  }
}
