import type { AuthNode } from "../config/auth-node.ts";
import type { ResolvedAuthenticator, ResolvedInbound } from "../config/resolved-inbound.ts";
import { CallerTokenError } from "../errors/caller-token-error.ts";
import { ConfigurationError } from "../errors/configuration-error.ts";
import type { RequestUserInfo } from "../inbound/identity/identify.ts";
import {
  createIntrospection,
  type Introspect,
  type IntrospectionDependencies,
} from "../services/create-introspection.ts";
import { createUserInfo } from "../services/create-user-info.ts";
import type { ActorToken } from "../values/actor-token.ts";

/** What the inbound side asks of servers beside their keys. */
export interface InboundQuestions {
  introspect(settings: ResolvedAuthenticator, token: ActorToken, signal: AbortSignal): ReturnType<Introspect>;
  readonly requestUserInfo: RequestUserInfo;
}

/** Runs work that belongs to no request. */
interface Outside {
  readonly outside: <result>(work: () => result) => result;
}

/** An answer that several requests wait for is not one's to give up: its deadline ends it. */
const nobody = (): AbortSignal => new AbortController().signal;

const boundToItsSender = (): ConfigurationError =>
  new ConfigurationError([
    {
      path: "inbound.identity.userInfoGrant",
      given: "forward, of a token that is bound to its sender",
      fix: 'Set it to "tokenExchange": nobody but the caller can show the token.',
    },
  ]);

/** A caller's tenant has a server of its own, where the authority has a place for its name. */
const toTenant = (auth: AuthNode, tenant: string | undefined): AuthNode =>
  (auth.tenantMissing && tenant !== undefined ? auth.forTenant(tenant) : undefined) ?? auth;

/** Creates the ways to ask about tokens and callers. */
export function createInboundQuestions(
  { identity }: ResolvedInbound,
  { outside, ...dependencies }: IntrospectionDependencies & Outside,
): InboundQuestions {
  const asClient = createIntrospection(dependencies, { authorization: "client" });
  const byToken = createIntrospection(dependencies, { authorization: "bearer" });
  const askUserInfo = createUserInfo(dependencies);

  return {
    introspect({ auth, introspectionAuthorization }, token, signal) {
      const ask = introspectionAuthorization === "bearer" ? byToken : asClient;
      return outside(() => ask(auth, token, signal));
    },
    requestUserInfo({ token, issuer, subject, client, tenant, claims }) {
      if (claims.cnf !== undefined && identity.userInfoGrant === "forward") throw boundToItsSender();
      if (!token || subject === undefined) throw new CallerTokenError("claims");
      const source = { ...identity, auth: toTenant(identity.auth, tenant) };
      return outside(() => askUserInfo({ token, issuer, subject, client }, source, nobody()));
    },
  };
}
