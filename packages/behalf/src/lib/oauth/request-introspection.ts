import {
  type AuthorizationServer,
  allowInsecureRequests,
  type Client,
  customFetch,
  introspectionRequest,
  processIntrospectionResponse,
} from "oauth4webapi";
import type { ProtocolDialect } from "../config/auth-settings.ts";
import { isByCertificate } from "../config/certificate-methods.ts";
import { ActorToken } from "../values/actor-token.ts";
import type { ConnectionIdentity } from "../values/connection-identity.ts";
import { isDeeperThan } from "../values/is-deeper-than.ts";
import { askEndpoint, type EndpointSurroundings } from "./ask-endpoint.ts";
import { authenticateClient } from "./client-authentication/authenticate-client.ts";
import type { OutgoingRequest } from "./client-authentication/client-authenticator.ts";
import { isOfMediaType } from "./media-type.ts";
import { readSignedAnswer } from "./read-signed-answer.ts";
import type { ServerFetch } from "./server-connection.ts";
import type { ClientCredentials } from "./token-request.ts";
import { toErrorUrl, translateError } from "./translate-error.ts";
import { untilAborted } from "./until-aborted.ts";
import { unusableAnswer } from "./unusable-answer.ts";

/** All that a question about a token says. */
export interface IntrospectionRequest {
  /** The token that is asked about. */
  readonly token: ActorToken;
  /** Who asks: errors name it, and a signed answer must be for it. */
  readonly clientId: string;
  /** What proves who asks: the client's credentials, or an access token of its own (RFC 7662 section 2.1). */
  readonly authorization: ClientCredentials | ActorToken;
  readonly dialect: ProtocolDialect;
  /** Whether the answer must be signed (RFC 9701). One that is signed unasked is verified as well. */
  readonly signedAnswer: boolean;
  /** Who this API is on the connection to the server. */
  readonly identity: ConnectionIdentity | undefined;
  /** Whether the access token is bound to the certificate of the connection. */
  readonly certificateBound: boolean;
  /** The configuration path of what the token is validated for. */
  readonly service: string;
}

/** What the server says of an active token, frozen; `undefined` for one that is not active. */
export type Introspected = Readonly<Record<string, unknown>> | undefined;

const mostLevels = 32;
const signedType = "application/token-introspection+jwt";
const texts: readonly string[] = ["sub", "scope"];
const instants: readonly string[] = ["exp", "iat", "nbf"];

function chooseEndpoint(
  { authorization, certificateBound, clientId, service }: IntrospectionRequest,
  { connection, metadata }: EndpointSurroundings,
): URL {
  const byCertificate = !(authorization instanceof ActorToken) && isByCertificate(authorization.authentication);
  const shown = certificateBound || byCertificate;
  const endpoint = (shown ? metadata.mtlsIntrospectionEndpoint : undefined) ?? metadata.introspectionEndpoint;
  if (endpoint) return endpoint;
  const place = { url: toErrorUrl(connection.authority), client: clientId, service, grant: "introspection" };
  throw translateError(unusableAnswer("The metadata names no introspection endpoint."), place);
}

/** A question on its way to its endpoint. */
interface Asking extends EndpointSurroundings {
  readonly request: IntrospectionRequest;
  readonly endpoint: URL;
  /** The server and the client, as the library wants them. */
  readonly parties: readonly [server: AuthorizationServer, client: Client];
}

async function authorize(outgoing: OutgoingRequest, { request, metadata, endpoint, now }: Asking): Promise<void> {
  const { authorization: credentials, dialect } = request;
  if (credentials instanceof ActorToken) {
    outgoing.headers.set("authorization", `Bearer ${credentials.value()}`);
    return;
  }
  const tokenEndpoint = (metadata.tokenEndpoint ?? endpoint).href;
  await authenticateClient(outgoing, { credentials, dialect, issuer: metadata.issuer, tokenEndpoint, now });
}

function send(asking: Asking, fetch: ServerFetch): Promise<Response> {
  const { request, parties, signal } = asking;
  return introspectionRequest(
    ...parties,
    async (...[, , form, headers]) => {
      await untilAborted(authorize({ form, headers }, asking), signal);
      signal.throwIfAborted();
    },
    request.token.value(),
    {
      additionalParameters: { token_type_hint: "access_token" },
      headers: { "user-agent": "behalf" },
      requestJwtResponse: request.signedAnswer,
      [customFetch]: (url, outgoing) => fetch(url, outgoing),
      [allowInsecureRequests]: true,
      signal,
    },
  );
}

/** The members of a signed answer, as if they had come by themselves. */
async function readSigned(response: Response, { request, metadata, keys, now }: Asking): Promise<Response> {
  if (response.status !== 200) throw unusableAnswer("The answer is signed, and no success.");
  const { token_introspection: members } = await readSignedAnswer(await response.text(), {
    keys,
    issuer: metadata.issuer,
    audience: [request.clientId],
    typ: signedType,
    required: ["iss", "aud", "iat"],
    now,
  });
  if (members === undefined) throw unusableAnswer("The signed answer says nothing of the token.");
  return Response.json(members);
}

function assertUsable(members: Readonly<Record<string, unknown>>): void {
  const isWrong = (type: string) => (name: string) => members[name] !== undefined && typeof members[name] !== type;
  const wrong = texts.find(isWrong("string")) ?? instants.find(isWrong("number"));
  if (wrong !== undefined) throw unusableAnswer(`The member "${wrong}" is of a wrong type.`);
}

async function read(response: Response, asking: Asking): Promise<Introspected> {
  const { signedAnswer, dialect } = asking.request;
  const signed = isOfMediaType(response, signedType);
  if (!signed && signedAnswer) throw unusableAnswer("The answer is not signed.");
  if (!signed && dialect.strictProtocol && !isOfMediaType(response, "application/json")) {
    throw unusableAnswer("The answer does not call itself JSON.");
  }
  const plain = signed ? await readSigned(response, asking) : response;
  const members = await processIntrospectionResponse(...asking.parties, plain);
  if (!members.active) return undefined;
  assertUsable(members);
  // Whoever walks through the claims later does not run out of stack.
  if (isDeeperThan(members, mostLevels)) throw unusableAnswer("The answer is nested too deeply.");
  return Object.freeze(members);
}

/**
 * Asks the authorization server about an access token.
 *
 * @throws {TokenRefusedError} when it refuses who asks
 * @throws {TokenUnreachableError} when it gives no usable answer
 * @throws {TypeError} when the credentials lack what their method needs
 * @see {@link https://www.rfc-editor.org/rfc/rfc7662.html#section-2}
 */
export async function requestIntrospection(
  request: IntrospectionRequest,
  surroundings: EndpointSurroundings,
): Promise<Introspected> {
  const { clientId, service, identity } = request;
  const endpoint = chooseEndpoint(request, surroundings);
  const server = { issuer: surroundings.metadata.issuer, introspection_endpoint: endpoint.href };
  const asking: Asking = { ...surroundings, request, endpoint, parties: [server, { client_id: clientId || "-" }] };
  return askEndpoint(
    {
      place: { url: toErrorUrl(endpoint), client: clientId, service, grant: "introspection" },
      identity,
      party: request.token.digest(),
      send: (fetch) => send(asking, fetch),
      read: (response) => read(response, asking),
    },
    surroundings,
  );
}
