import type { AuthNode } from "../config/auth-node.ts";
import type { ResolvedIdentity } from "../config/resolved-inbound.ts";
import { ConfigurationError } from "../errors/configuration-error.ts";
import { askInPlace } from "../oauth/ask-in-place.ts";
import { requestUserInfo, type UserInfo } from "../oauth/request-user-info.ts";
import { toErrorUrl } from "../oauth/translate-error.ts";
import type { ActorToken } from "../values/actor-token.ts";
import { isDelegatedGrant } from "../values/delegated-grant.ts";
import { createPlaces } from "../values/places.ts";
import { acquireDelegated } from "./acquire-delegated.ts";
import { askInTime } from "./ask-in-time.ts";
import type { DefaultGrantsDependencies } from "./default-grants-dependencies.ts";
import { type OpenServerDependencies, openServer } from "./open-server.ts";

/** What userinfo is asked with. */
export interface UserInfoDependencies extends DefaultGrantsDependencies, OpenServerDependencies {}

/** A caller whom there may be something to know about. */
export interface UserInfoCaller {
  readonly token: ActorToken;
  readonly issuer: string;
  readonly subject: string;
  /** The client that the token was issued to. */
  readonly client: string | undefined;
}

/** How userinfo is asked: by which token, and of which server. */
export type UserInfoSource = Pick<ResolvedIdentity, "userInfoGrant" | "auth">;

/** Asks who a caller is. */
export type AskUserInfo = (caller: UserInfoCaller, source: UserInfoSource, signal: AbortSignal) => Promise<UserInfo>;

/** Questions that are under way at a time: in all, and about one subject. */
const placesLimits = { most: 100, mostOfOne: 10 };

const foreignCaller = ({ configPath }: AuthNode): ConfigurationError =>
  new ConfigurationError([
    {
      path: configPath === "" ? "authority" : `${configPath}.authority`,
      given: "a server that did not issue the caller's token, which is not sent there",
      fix: 'Set "userInfoGrant" to "tokenExchange", or "source" to "token".',
    },
  ]);

async function exchange(
  { token: subjectToken }: UserInfoCaller,
  authConfig: AuthNode,
  { dependencies, signal }: { readonly dependencies: UserInfoDependencies; readonly signal: AbortSignal },
): Promise<ActorToken> {
  const grantType = isDelegatedGrant(authConfig.grantType) ? authConfig.grantType : "tokenExchange";
  return (await acquireDelegated(dependencies, { grantType, authConfig, subjectToken, signal })).unwrap();
}

/** Creates the way to ask servers about callers: about a hundred at a time. No answer is kept. */
export function createUserInfo(dependencies: UserInfoDependencies): AskUserInfo {
  const places = createPlaces(placesLimits);
  const ask = async (caller: UserInfoCaller, source: UserInfoSource, signal: AbortSignal): Promise<UserInfo> => {
    const { auth, userInfoGrant } = source;
    const { clientId = "-", settings, clientAuthentication, configPath } = auth;
    const server = await openServer(auth, dependencies, { clientId, signal });
    const isForwarded = userInfoGrant === "forward";
    if (isForwarded && server.metadata.issuer !== caller.issuer) throw foreignCaller(auth);
    return requestUserInfo(
      {
        token: isForwarded ? caller.token : await exchange(caller, auth, { dependencies, signal }),
        subject: caller.subject,
        clientId,
        audience: isForwarded ? [clientId, caller.client ?? clientId] : [clientId],
        identity: dependencies.bindings.of(settings, clientAuthentication, configPath).serverIdentity,
        service: configPath === "" ? "(root)" : configPath,
      },
      server,
    );
  };

  const { authority } = dependencies;
  return (caller, source, signal) =>
    askInTime({ auth: source.auth, authority, grant: "userInfo", signal }, (deadline) => {
      const party = JSON.stringify([caller.issuer, caller.subject]);
      const url = toErrorUrl(new URL(source.auth.authority ?? authority));
      const question = { places, party, url, client: source.auth.clientId ?? "-", signal: deadline };
      return askInPlace(question, () => ask(caller, source, deadline));
    });
}
