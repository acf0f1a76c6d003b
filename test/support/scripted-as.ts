import type { IncomingMessage, ServerResponse } from "node:http";
import type { JWK } from "jose";
import { json, type SentAnswer } from "./scripted-as/answer.ts";
import { type AsEndpoint, type AsRequest, readAsRequest } from "./scripted-as/as-request.ts";
import { type ClientChanges, createClientRegistry } from "./scripted-as/clients.ts";
import { createDpopRules, type DpopOptions } from "./scripted-as/dpop-nonces.ts";
import { createFaultBook, type FaultScript } from "./scripted-as/fault-script.ts";
import { type ClosedGate, createGate, type Gate } from "./scripted-as/gate.ts";
import { answerIntrospection } from "./scripted-as/introspection.ts";
import { answerToken, type Issuing, issueToken, type MintedClaims, toPayload } from "./scripted-as/issuing.ts";
import { createKnownTokens } from "./scripted-as/known-tokens.ts";
import { type Listeners, openListeners } from "./scripted-as/listeners.ts";
import { toIssuerPaths, toMetadata } from "./scripted-as/metadata.ts";
import type { ScriptedAsOptions } from "./scripted-as/options.ts";
import { createRefreshTokens, type RefreshGrant } from "./scripted-as/refresh-tokens.ts";
import { createReplayGuard } from "./scripted-as/replay-guard.ts";
import { createRequestLog, type RequestLog } from "./scripted-as/request-log.ts";
import { sendAnswer } from "./scripted-as/send-answer.ts";
import { createSigningKeys, type SigningChoice, type SigningKeys } from "./scripted-as/signing-keys.ts";
import { createTrustedReader } from "./scripted-as/trusted-tokens.ts";
import { answerUserInfo } from "./scripted-as/user-info.ts";
import { some } from "./some.ts";

export type { AsEndpoint, AsRequest } from "./scripted-as/as-request.ts";
export type {
  AssertionAudience,
  ClientAuthenticationMethod,
  ClientChanges,
  ScriptedClient,
  WorkloadIdentity,
} from "./scripted-as/clients.ts";
export type { DpopOptions, NoncePolicy } from "./scripted-as/dpop-nonces.ts";
export { type Fault, fault } from "./scripted-as/fault.ts";
export type { FaultScript } from "./scripted-as/fault-script.ts";
export type { Gate } from "./scripted-as/gate.ts";
export type { MintedClaims } from "./scripted-as/issuing.ts";
export type { TlsOptions } from "./scripted-as/listen-tls.ts";
export type { ScriptedAsOptions } from "./scripted-as/options.ts";
export type { Presented, PresentedJwt } from "./scripted-as/presented.ts";
export type { RefreshGrant } from "./scripted-as/refresh-tokens.ts";
export type { SigningChoice } from "./scripted-as/signing-keys.ts";
export type { TrustedIssuer } from "./scripted-as/trusted-tokens.ts";

/** An authorization server in this process that does what the test tells it to. */
export interface ScriptedAs extends RequestLog {
  readonly issuer: string;
  /** The origin: the issuer without its path. */
  readonly url: string;
  readonly tokenEndpoint: string;
  /** The token endpoint of the mutual TLS alias, or the usual one if there is no alias. */
  readonly mtlsTokenEndpoint: string;
  readonly introspectionEndpoint: string;
  readonly userinfoEndpoint: string;
  readonly jwksUri: string;
  readonly faults: FaultScript;
  /** Keeps the requests to an endpoint waiting until the gate is released. @default "token" */
  hold(endpoint?: AsEndpoint): Gate;
  /** Signs with another key from now on; the one before stays published unless `keepPrevious` is false. */
  rotateKeys(options?: { readonly keepPrevious?: boolean }): Promise<void>;
  /** The public keys that are published at this moment. */
  publicKeys(): readonly JWK[];
  /** Mints a signed access token without any request. */
  issue(claims: MintedClaims, choice?: SigningChoice): Promise<string>;
  /** Gives out an opaque access token without any request: its claims are known by introspection alone. */
  issueOpaque(claims: MintedClaims): string;
  /** Ends an access token, opaque or not: introspection calls it inactive, and userinfo refuses it. */
  revoke(token: string): void;
  /** Says what userinfo answers about a subject, beside its `sub`. */
  setUserInfo(sub: string, claims: Readonly<Record<string, unknown>>): void;
  /** Gives out a refresh token without any request. */
  issueRefreshToken(grant: RefreshGrant): string;
  /** Ends a refresh token and every other of its family. */
  revokeRefreshToken(token: string): void;
  /** Changes a client from the next request on, or throws if it is not there. */
  setClient(clientId: string, changes: ClientChanges): void;
  /** Changes how proofs of possession are treated from the next request on. */
  setDpop(changes: DpopOptions): void;
  close(): Promise<void>;
}

type Answering = (request: AsRequest) => SentAnswer | Promise<SentAnswer>;

function createFindEndpoint(issuerPath: string): (path: string) => AsEndpoint {
  const paths = toIssuerPaths(issuerPath);
  const endpoints: ReadonlyMap<string, AsEndpoint> = new Map([
    [paths.openidConfiguration, "metadata"],
    [paths.oauthAuthorizationServer, "metadata"],
    [paths.jwks, "jwks"],
    [paths.token, "token"],
    [paths.introspection, "introspection"],
    [paths.userinfo, "userinfo"],
  ]);
  return (path) => endpoints.get(path) ?? "unknown";
}

function createAnswering(issuing: Issuing, metadata: Readonly<Record<string, unknown>>): Answering {
  const answers: Readonly<Record<AsEndpoint, Answering>> = {
    metadata: () => json(metadata),
    jwks: () => json(issuing.keys.jwks()),
    token: (request) => answerToken(issuing, request),
    introspection: (request) => answerIntrospection(issuing, request),
    userinfo: (request) => answerUserInfo(issuing, request),
    unknown: () => json({ error: "not_found" }, 404),
  };
  return (request) => answers[request.endpoint](request);
}

function createIssuing(options: ScriptedAsOptions, issuer: string, keys: SigningKeys): Issuing {
  const now = options.clock?.now ?? Date.now;
  const clientCa = options.tls?.clientCa;
  return {
    issuer,
    tokenEndpoint: `${issuer}/token`,
    keys,
    now,
    lifeSeconds: options.lifeSeconds ?? 300,
    clients: createClientRegistry(options.clients ?? [some.client()]),
    assertionAudiences: options.assertionAudiences ?? ["issuer"],
    assertions: createReplayGuard(),
    proofs: createReplayGuard(),
    dpop: createDpopRules(options.dpop ?? {}),
    tokens: createKnownTokens(keys, now),
    signsIntrospection: options.signsIntrospection ?? false,
    signsUserInfo: options.signsUserInfo ?? false,
    refreshTokens: createRefreshTokens(options.rotatesRefreshTokens ?? true),
    verifyTrusted: createTrustedReader(options.trustedIssuers ?? [], now),
    ...(clientCa === undefined ? {} : { clientCa }),
  };
}

/** What a test can look at and change. */
function createControls(issuing: Issuing, listeners: Listeners, issuerPath: string) {
  const { issuer, tokenEndpoint, keys, tokens, refreshTokens, clients, dpop } = issuing;
  const { main, mtls = main } = listeners;
  return {
    issuer,
    url: main.url,
    tokenEndpoint,
    mtlsTokenEndpoint: `${mtls.url}${issuerPath}/token`,
    introspectionEndpoint: `${issuer}/introspect`,
    userinfoEndpoint: `${issuer}/userinfo`,
    jwksUri: `${issuer}/jwks`,
    rotateKeys: keys.rotate,
    publicKeys: () => keys.jwks().keys,
    issue: (claims: MintedClaims, choice?: SigningChoice) => issueToken(issuing, claims, choice),
    issueOpaque: (claims: MintedClaims) => tokens.add(toPayload(issuing, claims)),
    revoke: tokens.revoke,
    setUserInfo: tokens.setUserInfo,
    issueRefreshToken: refreshTokens.issue,
    revokeRefreshToken: refreshTokens.revoke,
    setClient: clients.change,
    setDpop: dpop.change,
  };
}

/** Starts a scripted authorization server on 127.0.0.1. It shares no code with what it tests. */
export async function startScriptedAs(options: ScriptedAsOptions = {}): Promise<ScriptedAs> {
  const { algorithm = "ES256", issuerPath = "" } = options;
  const keys = await createSigningKeys(algorithm);
  const book = createFaultBook();
  const gates = new Map<AsEndpoint, ClosedGate>();
  const requests: AsRequest[] = [];
  const findEndpoint = createFindEndpoint(issuerPath);
  const listeners = await openListeners(options.tls, (readOrigin) => (request, response) => {
    serve(readOrigin(), request, response).catch(() => response.destroy());
  });
  const issuing = createIssuing(options, `${listeners.main.url}${issuerPath}`, keys);
  const controls = createControls(issuing, listeners, issuerPath);
  const { takesCertificates, mtls } = listeners;
  const mtlsTokenEndpoint = mtls && controls.mtlsTokenEndpoint;
  const mtlsIntrospectionEndpoint = mtls && `${mtls.url}${issuerPath}/introspect`;
  const source = {
    issuer: issuing.issuer,
    algorithm,
    takesCertificates,
    mtlsTokenEndpoint,
    mtlsIntrospectionEndpoint,
  };
  const answer = createAnswering(issuing, toMetadata(source, options.metadata ?? {}));

  async function serve(origin: string, incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = await readAsRequest({ origin, findEndpoint, clients: issuing.clients }, incoming, response);
    requests.push(request);
    const fault = book.take(request);
    await gates.get(request.endpoint)?.pass();
    const usual = fault?.unjudged ? json({}) : await answer(request);
    sendAnswer(response, fault ? await fault(usual, request, keys.sign) : usual);
  }

  return Object.assign(createRequestLog(requests), controls, {
    faults: book.script,
    hold(endpoint: AsEndpoint = "token"): Gate {
      const gate = createGate();
      gates.set(endpoint, gate);
      return gate;
    },
    async close() {
      for (const gate of gates.values()) gate.release();
      await listeners.close();
    },
  });
}
