import { defaultAuthSettings } from "../../packages/behalf/src/lib/config/default-auth-settings.ts";
import { createDiagnostics } from "../../packages/behalf/src/lib/diagnostics/diagnostics.ts";
import type { Logger } from "../../packages/behalf/src/lib/diagnostics/logger.ts";
import type { ServerFetch } from "../../packages/behalf/src/lib/oauth/server-connection.ts";
import type { Servers } from "../../packages/behalf/src/lib/oauth/servers.ts";
import type { ClientProofs } from "../../packages/behalf/src/lib/tokens/client-proofs.ts";
import { createMemoryStore, type MemoryStore } from "../../packages/behalf/src/lib/tokens/memory-store.ts";
import { createRefreshChains } from "../../packages/behalf/src/lib/tokens/refresh-chains.ts";
import { unbound } from "../../packages/behalf/src/lib/tokens/token-binding.ts";
import {
  type AcquireOptions,
  createTokenService,
  type TokenService,
} from "../../packages/behalf/src/lib/tokens/token-service.ts";
import {
  createTokenTarget,
  type TargetDescription,
  type TokenTarget,
} from "../../packages/behalf/src/lib/tokens/token-target.ts";
import type { ActorToken } from "../../packages/behalf/src/lib/values/actor-token.ts";
import { type Clock, createClock } from "./clock.ts";
import { some } from "./some.ts";
import { answer, connectBy, someMetadata, someTokenRequest } from "./token-request.ts";

export const issuer = "https://as.example.com/";

const ignore = (): void => {};
export const silentLogger: Logger = { debug: ignore, info: ignore, warn: ignore, error: ignore };

/** What a test's authorization server gives for a request: the members of the answer, or an answer. */
export type Granting = (form: URLSearchParams, signal: AbortSignal) => Response | Promise<Response>;

/** A token service that proves itself in the same way, unless told. */
export interface TokensUnderTest {
  find(target: TokenTarget, subject: ActorToken | undefined): ReturnType<TokenService["find"]>;
  acquire(
    target: TokenTarget,
    options: Omit<AcquireOptions, "proofs"> & { readonly proofs?: ClientProofs },
  ): ReturnType<TokenService["acquire"]>;
  readonly reject: TokenService["reject"];
}

export function provenByTest(tokens: TokenService): TokensUnderTest {
  return {
    find: (target, subject) => tokens.find(target, { subject }),
    acquire: (target, options) => tokens.acquire(target, { proofs, ...options }),
    reject: tokens.reject,
  };
}

/** A token service over a function that stands for the authorization server. */
export interface ServiceUnderTest {
  readonly tokens: TokensUnderTest;
  readonly store: MemoryStore;
  readonly clock: Clock;
  /** The forms that were posted, in order. */
  readonly forms: readonly URLSearchParams[];
}

/** Grants tokens named token-1, token-2 …, each for five minutes unless told. */
export function createGranting(changes: Readonly<Record<string, unknown>> = {}): Granting {
  let count = 0;
  return () => {
    count += 1;
    return answer(some.exchangeResponse({ access_token: `token-${count}`, ...changes }));
  };
}

/** What the tests' client proves itself with. */
export const proofs: ClientProofs = { credentials: someTokenRequest().credentials, binding: unbound };

/** One server at one address, for every place. */
export function serversOver(fetch: ServerFetch): Servers {
  const connection = connectBy(fetch, issuer);
  const metadata = { authority: issuer, get: () => Promise.resolve(someMetadata(issuer.replace(/\/$/, ""))) };
  return { get: () => ({ connection, metadata }), health: () => [] };
}

export function createServiceUnderTest(
  grant: Granting = createGranting(),
  bounds = { maxEntries: 10_000, maxBytes: 1_000_000 },
): ServiceUnderTest {
  const clock = createClock();
  const forms: URLSearchParams[] = [];
  const fetch: ServerFetch = async (_, { body, signal }) => {
    const form = new URLSearchParams(body?.toString());
    forms.push(form);
    return grant(form, signal ?? new AbortController().signal);
  };
  const store = createMemoryStore(bounds);
  const diagnostics = createDiagnostics("test", silentLogger);
  const chains = createRefreshChains(clock.now);
  return {
    tokens: provenByTest(
      createTokenService({ store, servers: serversOver(fetch), chains, diagnostics, now: clock.now }),
    ),
    store,
    clock,
    forms,
  };
}

/** A target for client credentials, or what the changes say. */
export function someTarget(changes: Partial<TargetDescription> = {}, subjectTokenType?: string): TokenTarget {
  const { credentials, audience, resource, scope, requestedTokenType, service } = someTokenRequest();
  return createTokenTarget({
    grantType: "clientCredentials",
    clientId: credentials.clientId,
    authentication: credentials.authentication,
    audience,
    resource,
    scope,
    requestedTokenType,
    authority: issuer,
    binding: unbound,
    service,
    ...changes,
    settings: { ...defaultAuthSettings, ...changes.settings, subjectTokenType },
  });
}
