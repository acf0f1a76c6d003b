import type { ResolvedAuthenticator } from "../../config/resolved-inbound.ts";
import { TokenRefusedError } from "../../errors/token-refused-error.ts";
import { TokenUnreachableError } from "../../errors/token-unreachable-error.ts";
import { askInPlace } from "../../oauth/ask-in-place.ts";
import { toErrorUrl } from "../../oauth/translate-error.ts";
import type { ActorToken } from "../../values/actor-token.ts";
import type { Now } from "../../values/clock.ts";
import { networkOf } from "../../values/network-of.ts";
import { createPlaces, type Places } from "../../values/places.ts";
import type { Members } from "../jwt/read-strict-json.ts";
import { createRememberedFailures, type RememberedFailures } from "./remembered-failures.ts";

/** Asks the issuer about a token; `undefined` when it is not active. */
export type Introspect = (token: ActorToken, signal: AbortSignal) => Promise<Members | undefined>;

/** Asks about a token that came from an address. */
export type IntrospectFor = (
  token: ActorToken,
  asking: { readonly origin: string | undefined; readonly signal: AbortSignal },
) => Promise<Members | undefined>;

/** What keeps the questions about tokens few: the same for all authenticators of an instance. */
export interface IntrospectionRestraint {
  readonly places: Places;
  /** Of servers that want to be left alone, and of authenticators whose own credentials were refused. */
  readonly failures: RememberedFailures;
}

/** Who asks, and which server. */
export interface RestrainedOptions {
  readonly settings: Pick<ResolvedAuthenticator, "name" | "auth">;
  readonly authority: string;
  readonly introspect: Introspect;
  readonly restraint: IntrospectionRestraint;
}

const refusedForMs = 10_000;
const unreachableForMs = 2_000;

/** One address has half of the places at most: behind a proxy, that is all that there is for everybody. */
const placesLimits = { most: 100, mostOfOne: 50 };

/** Creates the restraint of an instance: a hundred questions at a time, fifty of them for tokens from one network. */
export function createIntrospectionRestraint(now: Now): IntrospectionRestraint {
  return { places: createPlaces(placesLimits), failures: createRememberedFailures(now) };
}

const aboutUs = new Set(["invalid_client", "unauthorized_client"]);

/** Whether who asks was refused. Anything else that a server refuses can be because of the token, which a stranger chose. */
const isAboutUs = (error: unknown): boolean =>
  error instanceof TokenRefusedError && (error.status === 401 || aboutUs.has(error.error));

/** For how long the server wants no question from this client. */
const quietForMs = (error: unknown): number =>
  error instanceof TokenUnreachableError && (error.status === 429 || error.status === 503)
    ? (error.retryAfterMs ?? 0)
    : 0;

/**
 * Restrains the questions about tokens.
 *
 * What the server says of who asks is the answer for all: a refusal for ten seconds, a `Retry-After` for as long as it says.
 * That a token could not be asked about is the answer for this token for two seconds. A question that finds no place in two
 * seconds is not asked, and not remembered.
 */
export function restrainIntrospection(
  { settings: { name, auth }, authority, introspect, restraint: { places, failures } }: RestrainedOptions,
  now: Now,
): IntrospectFor {
  const client = auth.clientId ?? "-";
  const url = URL.canParse(authority) ? toErrorUrl(new URL(authority)) : authority;
  const server = JSON.stringify([authority, client]);
  const ofTokens = createRememberedFailures(now);

  const assertWelcome = (): void => {
    failures.assertNone(name);
    failures.assertNone(server);
  };

  const note = (token: ActorToken, error: unknown): void => {
    if (isAboutUs(error)) failures.remember(name, error, refusedForMs);
    else if (quietForMs(error) > 0) failures.remember(server, error, quietForMs(error));
    if (error instanceof TokenUnreachableError) ofTokens.remember(token.digest(), error, unreachableForMs);
    else if (error instanceof TokenRefusedError) ofTokens.remember(token.digest(), error, refusedForMs);
  };

  return (token, { origin, signal }) => {
    ofTokens.assertNone(token.digest());
    assertWelcome();
    return askInPlace({ places, party: networkOf(origin), url, client, signal }, async () => {
      assertWelcome();
      try {
        return await introspect(token, signal);
      } catch (error) {
        if (!signal.aborted) note(token, error);
        throw error;
      }
    });
  };
}
