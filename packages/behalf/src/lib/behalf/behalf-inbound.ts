import type { ResolvedInbound } from "../config/resolved-inbound.ts";
import { ConfigurationError } from "../errors/configuration-error.ts";
import { createLogoutEndpoint, createMetadataEndpoint, type OwnEndpoint } from "../inbound/own-endpoints.ts";
import { describeResource, type ResourceMetadata } from "../inbound/resource-metadata.ts";
import type { Eviction } from "../inbound/revocation/eviction.ts";
import { readLogoutToken } from "../inbound/revocation/read-logout-token.ts";
import type { RoutePolicy } from "../inbound/route-policy.ts";
import type { ProtectedResource } from "../respond/judge-caller.ts";
import type { Engine } from "./create-engine.ts";

/** The inbound side of an instance: who may come in, and who may no more. */
export interface BehalfInbound {
  /**
   * Ends what a token, a subject or a session may do, from now on: a token that was issued before is refused, remembered or not.
   * One that is issued later is not. With a subject or a session goes what Behalf obtained on their behalf, as by `evict` of the
   * instance, and the capabilities that were made for them before are refused.
   *
   * It holds in this process when the call comes back. The promise, which never rejects, tells whether it holds everywhere:
   * `true` when the shared store has it, which tells the processes that listen at once, and all others when they begin, and every
   * 30 s. `false` without a shared store, or when it did not answer in 250 ms: then it is written when the store is back, if this
   * process is still there.
   *
   * @throws {TypeError} at once, when not exactly one of `token`, `subject` and `sessionId` is given, or an empty text
   */
  evict(eviction: Eviction): Promise<boolean>;
  /**
   * Takes an authorization server's word that a session has ended, and evicts whom its logout token names, as `evict` does. The
   * adapters do this where `backchannelLogout` is configured.
   *
   * @throws {CallerTokenError} when the logout token is not valid
   * @throws {TokenUnreachableError} when the signing keys cannot be had
   * @throws {ConfigurationError} when `backchannelLogout` is not configured
   * @see {@link https://openid.net/specs/openid-connect-backchannel-1_0.html#Validation}
   */
  logOut(logoutToken: string): Promise<void>;
  /** The protected resource metadata (RFC 9728); `undefined` where no `resource` is configured. */
  resourceMetadata(): ResourceMetadata | undefined;
  /** What challenges say of this API: for {@link toProblem}. */
  protectedResource(): ProtectedResource;
  /**
   * Reads a route's policy ahead of its first request. For adapters.
   *
   * @throws {ConfigurationError} when no `inbound` is configured
   * @throws {TypeError} for an authenticator that is not configured
   */
  checkPolicy(policy: RoutePolicy): void;
  /** Finds the endpoint of Behalf's own that a request is for. For adapters. */
  findEndpoint(method: string, url: string): OwnEndpoint | undefined;
}

const missing = (path: string, fix: string): ConfigurationError =>
  new ConfigurationError([{ path, given: "nothing", fix }]);

const inboundMissing = (): ConfigurationError =>
  missing(
    "inbound",
    'Name the audience of callers\' tokens in "inbound", or tell the adapter { inbound: false } to let every request in.',
  );

type Evict = BehalfInbound["evict"];
type LogOut = BehalfInbound["logOut"];

function createLogOut(inbound: ResolvedInbound | undefined, evict: Evict, engine: Engine): LogOut {
  const { ownRealm, now, createReplays } = engine;
  const replays = createReplays();
  const { backchannelLogout, authenticators } = inbound ?? {};
  const realm = ownRealm();
  return async (logoutToken) => {
    if (!backchannelLogout || !authenticators) {
      throw missing("inbound.backchannelLogout", "Set it to true, or to { path, audience }.");
    }
    const [{ algorithms, clockToleranceMs }] = authenticators;
    const rules = { realm, audience: backchannelLogout.audience, algorithms, clockToleranceMs, now, replays };
    const { issuer, subject, sessionId } = await readLogoutToken(logoutToken, rules);
    // Access tokens need not name their session: those of the subject go as well, and who has another session gets a new one.
    await Promise.all([
      sessionId !== undefined && evict({ issuer, sessionId }),
      subject !== undefined && evict({ issuer, subject }),
    ]);
  };
}

/** A description that is made when it is first wanted: the port of the URL may not be known before. */
function createDescribe(inbound: ResolvedInbound): (() => ResourceMetadata) | undefined {
  const { resource } = inbound;
  if (!resource) return undefined;
  let made: { readonly of: string; readonly metadata: ResourceMetadata } | undefined;
  return () => {
    const present = resource();
    if (made?.of !== present) made = { of: present, metadata: describeResource(present, inbound) };
    return made.metadata;
  };
}

/** A challenge goes without the URL, where the program cannot tell it. */
function findUrl(describe: (() => ResourceMetadata) | undefined): string | undefined {
  try {
    return describe?.().url;
  } catch {
    return undefined;
  }
}

const withoutQuery = (url: string): string => url.split("?", 1)[0] ?? url;

/** Creates the inbound side as the program sees it. */
export function createBehalfInbound(inbound: ResolvedInbound | undefined, engine: Engine): BehalfInbound {
  const describe = inbound && createDescribe(inbound);
  const evict: Evict = (eviction) => engine.markerSharing.share(engine.markers.evict(eviction));
  const logOut = createLogOut(inbound, evict, engine);
  const endpoints = [
    ...(describe ? [createMetadataEndpoint(describe)] : []),
    ...(inbound?.backchannelLogout ? [createLogoutEndpoint(inbound.backchannelLogout.path, logOut)] : []),
  ];
  return {
    evict,
    logOut,
    resourceMetadata: () => describe?.(),
    protectedResource: () => ({
      metadataUrl: findUrl(describe),
      dpopAlgorithms: inbound?.dpop?.algorithms,
      dpopRequired: inbound?.dpop?.required,
    }),
    checkPolicy(policy) {
      if (!engine.inbound) throw inboundMissing();
      engine.inbound.routes.of(policy);
    },
    findEndpoint(method, url) {
      if (endpoints.length === 0) return undefined;
      const path = withoutQuery(url);
      return endpoints.find((one) => one.method === method && one.path === path);
    },
  };
}
