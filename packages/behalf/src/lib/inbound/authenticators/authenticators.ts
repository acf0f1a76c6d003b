import type { StringList } from "../../config/options.ts";
import type { ResolvedAuthenticator } from "../../config/resolved-inbound.ts";
import { CallerTokenError } from "../../errors/caller-token-error.ts";
import type { ActorToken } from "../../values/actor-token.ts";
import { MultiStringValue } from "../../values/multi-string-value.ts";
import type { CredentialValidator } from "./credential-validator.ts";

/** A way of looking at callers, connected to what it needs. */
export interface Authenticator {
  readonly settings: ResolvedAuthenticator;
  readonly validator: CredentialValidator;
  /** Whether a credential is this one's to judge, by what it says itself: its issuer, or how it begins. */
  recognizes(credential: ActorToken): boolean;
}

/** The authenticators that may accept the callers of a route. */
export interface AuthenticatorSet {
  /** The headers that may carry a credential. */
  readonly headers: readonly string[];
  /** Whether an authenticator of this name is among them. */
  readonly has: (name: string) => boolean;
  /** Those that look at a header, the ones that recognize their own before the ones that ask others. */
  lookingAt(header: string): readonly Authenticator[];
  /**
   * Chooses the authenticator that judges a credential. What none recognizes goes to one that asks nobody else, for its verdict.
   *
   * @throws {CallerTokenError} `malformed`, when it is nobody's
   */
  choose(header: string, credential: ActorToken): Authenticator;
}

const isSelfContained = ({ settings: { type } }: Authenticator): boolean => type === "jwt" || type === "sidecar";

/** Puts authenticators side by side. */
export function createAuthenticatorSet(authenticators: readonly Authenticator[]): AuthenticatorSet {
  const ordered = [...authenticators.filter(isSelfContained), ...authenticators.filter((one) => !isSelfContained(one))];
  const headers = [...new Set(ordered.flatMap(({ settings }) => settings.headers))];
  const byHeader = new Map(
    headers.map((header) => [header, ordered.filter(({ settings }) => settings.headers.includes(header))]),
  );
  const lookingAt = (header: string): readonly Authenticator[] => byHeader.get(header) ?? [];
  const names = new Set(ordered.map(({ settings }) => settings.name));
  return {
    headers,
    has: (name) => names.has(name),
    lookingAt,
    choose(header, credential) {
      const candidates = lookingAt(header);
      const chosen = candidates.find((one) => one.recognizes(credential)) ?? candidates.find(isSelfContained);
      if (!chosen) throw new CallerTokenError("malformed");
      return chosen;
    },
  };
}

/**
 * Picks the authenticators of a route: those that it names, else all that do not want to be named.
 *
 * @throws {TypeError} for a name that no authenticator has
 */
export function pickAuthenticators(
  all: readonly Authenticator[],
  names: StringList | undefined,
): readonly Authenticator[] {
  if (names === undefined) return all.filter(({ settings }) => !settings.byRouteOnly);
  return [...MultiStringValue.from(names)].map((name) => {
    const named = all.find(({ settings }) => settings.name === name);
    if (!named) throw new TypeError(`A route names the authenticator "${name}", which is not configured.`);
    return named;
  });
}
