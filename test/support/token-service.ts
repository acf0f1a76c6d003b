import { createDiagnostics } from "../../packages/behalf/src/lib/diagnostics/diagnostics.ts";
import type { Logger } from "../../packages/behalf/src/lib/diagnostics/logger.ts";
import type { MetadataSource } from "../../packages/behalf/src/lib/oauth/metadata-source.ts";
import type { ServerFetch } from "../../packages/behalf/src/lib/oauth/server-connection.ts";
import { createMemoryStore, type MemoryStore } from "../../packages/behalf/src/lib/tokens/memory-store.ts";
import { createTokenService, type TokenService } from "../../packages/behalf/src/lib/tokens/token-service.ts";
import {
  createTokenTarget,
  type FixedRequest,
  type TokenTarget,
} from "../../packages/behalf/src/lib/tokens/token-target.ts";
import { type Clock, createClock } from "./clock.ts";
import { some } from "./some.ts";
import { answer, connectBy, someTokenRequest } from "./token-request.ts";

export const issuer = "https://as.example.com/";

const ignore = (): void => {};
export const silentLogger: Logger = { debug: ignore, info: ignore, warn: ignore, error: ignore };

/** What a test's authorization server gives for a request: the members of the answer, or an answer. */
export type Granting = (form: URLSearchParams, signal: AbortSignal) => Response | Promise<Response>;

/** A token service over a function that stands for the authorization server. */
export interface ServiceUnderTest {
  readonly tokens: TokenService;
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

const metadata: MetadataSource = {
  authority: issuer,
  get: () => Promise.resolve({ issuer, tokenEndpoint: new URL(`${issuer}token`), jwksUri: undefined }),
};

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
  const connection = connectBy(fetch, issuer);
  return {
    tokens: createTokenService({ store, connection, metadata, diagnostics, now: clock.now }),
    store,
    clock,
    forms,
  };
}

/** A target for client credentials, or what the changes say. */
export function someTarget(changes: Partial<FixedRequest> = {}, subjectTokenType?: string): TokenTarget {
  return createTokenTarget(someTokenRequest(changes), issuer, subjectTokenType);
}
