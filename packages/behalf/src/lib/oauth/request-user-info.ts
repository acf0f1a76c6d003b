import { allowInsecureRequests, customFetch, processUserInfoResponse, userInfoRequest } from "oauth4webapi";
import type { ActorToken } from "../values/actor-token.ts";
import type { ConnectionIdentity } from "../values/connection-identity.ts";
import { isDeeperThan } from "../values/is-deeper-than.ts";
import { askEndpoint, type EndpointSurroundings } from "./ask-endpoint.ts";
import { isOfMediaType } from "./media-type.ts";
import { readSignedAnswer } from "./read-signed-answer.ts";
import { toErrorUrl, translateError } from "./translate-error.ts";
import { unusableAnswer } from "./unusable-answer.ts";

/** All that a question about an end user says. */
export interface UserInfoRequest {
  /** The user's access token. */
  readonly token: ActorToken;
  /** The `sub` that the answer must have. */
  readonly subject: string;
  /** Who asks, as errors name it. */
  readonly clientId: string;
  /** The clients that a signed answer may be for: those that the token was issued to. */
  readonly audience: readonly string[];
  /** Who this API is on the connection to the server. */
  readonly identity: ConnectionIdentity | undefined;
  /** The configuration path of what the caller is validated for. */
  readonly service: string;
}

/** The claims about an end user, frozen. */
export type UserInfo = Readonly<Record<string, unknown>>;

function findEndpoint({ clientId, service }: UserInfoRequest, { connection, metadata }: EndpointSurroundings): URL {
  const { userinfoEndpoint } = metadata;
  if (userinfoEndpoint) return userinfoEndpoint;
  const place = { url: toErrorUrl(connection.authority), client: clientId, service, grant: "userInfo" };
  throw translateError(unusableAnswer("The metadata names no userinfo endpoint."), place);
}

/** The claims of a signed answer, as if they had come by themselves. OpenID Connect lets `iss` and `aud` be left out. */
async function readSigned(
  response: Response,
  { audience }: UserInfoRequest,
  { metadata, keys, now }: EndpointSurroundings,
): Promise<Response> {
  if (response.status !== 200) throw unusableAnswer("The answer is signed, and no success.");
  const { issuer } = metadata;
  return Response.json(
    await readSignedAnswer(await response.text(), { keys, issuer, audience, required: ["sub"], now }),
  );
}

const mostLevels = 32;

/**
 * Asks the authorization server who a token is of.
 *
 * @throws {TokenRefusedError} when it refuses the token
 * @throws {TokenUnreachableError} when it gives no usable answer, or one about somebody else
 * @see {@link https://openid.net/specs/openid-connect-core-1_0.html#UserInfo}
 */
export async function requestUserInfo(request: UserInfoRequest, surroundings: EndpointSurroundings): Promise<UserInfo> {
  const { token, subject, clientId, service, identity } = request;
  const { metadata, signal } = surroundings;
  const endpoint = findEndpoint(request, surroundings);
  const server = { issuer: metadata.issuer, userinfo_endpoint: endpoint.href };
  const client = { client_id: clientId || "-" };
  return askEndpoint(
    {
      place: { url: toErrorUrl(endpoint), client: clientId, service, grant: "userInfo" },
      identity,
      party: request.token.digest(),
      send: (fetch) =>
        userInfoRequest(server, client, token.value(), {
          headers: { "user-agent": "behalf" },
          [customFetch]: (url, outgoing) => fetch(url, { ...outgoing, body: null }),
          [allowInsecureRequests]: true,
          signal,
        }),
      async read(response) {
        const signed = isOfMediaType(response, "application/jwt");
        const plain = signed ? await readSigned(response, request, surroundings) : response;
        const claims = await processUserInfoResponse(server, client, subject, plain);
        if (isDeeperThan(claims, mostLevels)) throw unusableAnswer("The answer is nested too deeply.");
        return Object.freeze(claims);
      },
    },
    surroundings,
  );
}
