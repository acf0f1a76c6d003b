import type { IncomingMessage, ServerResponse } from "node:http";
import { listen } from "./listen.ts";
import { json, type SentAnswer } from "./scripted-as/answer.ts";
import { type AsEndpoint, type AsRequest, readAsRequest } from "./scripted-as/as-request.ts";
import type { ScriptedClient } from "./scripted-as/clients.ts";
import { createFaultBook, type FaultScript } from "./scripted-as/fault-script.ts";
import { type ClosedGate, createGate, type Gate } from "./scripted-as/gate.ts";
import { answerToken, type Issuing, issueToken, type MintedClaims } from "./scripted-as/issuing.ts";
import { toIssuerPaths, toMetadata } from "./scripted-as/metadata.ts";
import { createRequestLog, type RequestLog } from "./scripted-as/request-log.ts";
import { sendAnswer } from "./scripted-as/send-answer.ts";
import { createSigningKeys, type SigningAlgorithm, type SigningChoice } from "./scripted-as/signing-keys.ts";
import { some } from "./some.ts";

export type { AsEndpoint, AsRequest } from "./scripted-as/as-request.ts";
export type { ScriptedClient } from "./scripted-as/clients.ts";
export { type Fault, fault } from "./scripted-as/fault.ts";
export type { FaultScript } from "./scripted-as/fault-script.ts";
export type { Gate } from "./scripted-as/gate.ts";
export type { MintedClaims } from "./scripted-as/issuing.ts";
export type { SigningChoice } from "./scripted-as/signing-keys.ts";

export interface ScriptedAsOptions {
  /** Where the server reads the time. @default the machine's clock */
  readonly clock?: { readonly now: () => number };
  /** @default one client: orders-api with its secret */
  readonly clients?: readonly ScriptedClient[];
  /** Members of the metadata document to change or, when `undefined`, to leave out. */
  readonly metadata?: Readonly<Record<string, unknown>>;
  /** The path of the issuer, like `/tenant1`. @default none */
  readonly issuerPath?: string;
  /** @default "ES256" (a new RSA key takes a tenth of a second) */
  readonly algorithm?: SigningAlgorithm;
  /** How long an issued token lives. @default 300 */
  readonly lifeSeconds?: number;
}

/** An authorization server in this process that does what the test tells it to. */
export interface ScriptedAs extends RequestLog {
  readonly issuer: string;
  /** The origin: the issuer without its path. */
  readonly url: string;
  readonly tokenEndpoint: string;
  readonly jwksUri: string;
  readonly faults: FaultScript;
  /** Keeps the requests to an endpoint waiting until the gate is released. @default "token" */
  hold(endpoint?: AsEndpoint): Gate;
  /** Signs with another key from now on; the one before stays published unless `keepPrevious` is false. */
  rotateKeys(options?: { readonly keepPrevious?: boolean }): Promise<void>;
  /** Mints a signed access token without any request. */
  issue(claims: MintedClaims, choice?: SigningChoice): Promise<string>;
  close(): Promise<void>;
}

type Answering = (request: AsRequest) => SentAnswer | Promise<SentAnswer>;

function findEndpoint(issuerPath: string, path: string): AsEndpoint {
  const { openidConfiguration, oauthAuthorizationServer, jwks, token } = toIssuerPaths(issuerPath);
  if (path === openidConfiguration || path === oauthAuthorizationServer) return "metadata";
  if (path === jwks) return "jwks";
  return path === token ? "token" : "unknown";
}

function createAnswering(issuing: Issuing, metadata: Readonly<Record<string, unknown>>): Answering {
  const answers: Readonly<Record<AsEndpoint, Answering>> = {
    metadata: () => json(metadata),
    jwks: () => json(issuing.keys.jwks()),
    token: (request) => answerToken(issuing, request),
    unknown: () => json({ error: "not_found" }, 404),
  };
  return (request) => answers[request.endpoint](request);
}

/** Starts a scripted authorization server on 127.0.0.1. It shares no code with what it tests. */
export async function startScriptedAs(options: ScriptedAsOptions = {}): Promise<ScriptedAs> {
  const { algorithm = "ES256", issuerPath = "", lifeSeconds = 300, clients = [some.client()] } = options;
  const keys = await createSigningKeys(algorithm);
  const book = createFaultBook();
  const gates = new Map<AsEndpoint, ClosedGate>();
  const requests: AsRequest[] = [];
  const listening = await listen((request, response) => {
    serve(request, response).catch(() => response.destroy());
  });
  const issuer = `${listening.url}${issuerPath}`;
  const issuing: Issuing = { issuer, keys, lifeSeconds, clients, now: options.clock?.now ?? Date.now };
  const answer = createAnswering(issuing, toMetadata(issuer, algorithm, options.metadata ?? {}));

  async function serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = new URL(incoming.url ?? "/", listening.url).pathname;
    const request = await readAsRequest(findEndpoint(issuerPath, path), incoming, response);
    requests.push(request);
    const fault = book.take(request);
    await gates.get(request.endpoint)?.pass();
    const usual = await answer(request);
    sendAnswer(response, fault ? await fault(usual, request) : usual);
  }

  return Object.assign(createRequestLog(requests), {
    issuer,
    url: listening.url,
    tokenEndpoint: `${issuer}/token`,
    jwksUri: `${issuer}/jwks`,
    faults: book.script,
    hold(endpoint: AsEndpoint = "token"): Gate {
      const gate = createGate();
      gates.set(endpoint, gate);
      return gate;
    },
    rotateKeys: keys.rotate,
    issue: (claims: MintedClaims, choice?: SigningChoice) => issueToken(issuing, claims, choice),
    async close() {
      for (const gate of gates.values()) gate.release();
      await listening.close();
    },
  });
}
