import type { Diagnostics } from "../diagnostics/diagnostics.ts";
import { log } from "../diagnostics/log.ts";
import { TokenUnreachableError } from "../errors/token-unreachable-error.ts";
import { requestToken } from "../oauth/request-token.ts";
import type { Servers } from "../oauth/servers.ts";
import type { IssuedToken, PartyToken, RequestableGrant } from "../oauth/token-request.ts";
import { tokenTypes } from "../oauth/token-types.ts";
import { toErrorUrl, translateError } from "../oauth/translate-error.ts";
import { untilAborted } from "../oauth/until-aborted.ts";
import { withDeadline } from "../oauth/with-deadline.ts";
import type { Now } from "../values/clock.ts";
import type { Secret } from "../values/secret.ts";
import type { ClientFailures } from "./client-failures.ts";
import type { ClientProof, ClientProofs } from "./client-proofs.ts";
import type { Errand } from "./errand.ts";
import { classifyFailure } from "./failure-class.ts";
import type { ChainSharing } from "./refresh/chain.ts";
import type { RefreshChains } from "./refresh-chains.ts";
import type { TokenBinding } from "./token-binding.ts";
import type { TokenEntry } from "./token-entry.ts";
import type { TokenTarget } from "./token-target.ts";

/** Whom tokens are asked of. */
export interface AskSurroundings {
  readonly servers: Servers;
  readonly chains: RefreshChains;
  /** What the servers said of this API. */
  readonly clients: ClientFailures;
  readonly diagnostics: Diagnostics;
  readonly now: Now;
}

/** A token, with what it is bound to in the end. */
export interface Asked {
  readonly issued: IssuedToken;
  readonly binding: TokenBinding;
}

/** A token that another process was given. */
export interface FoundToken {
  readonly found: TokenEntry;
}

/** How processes share what a refresh token brings. */
export interface RefreshSharing {
  /** What another process was given meanwhile, where that will do. */
  find(): Promise<TokenEntry | undefined>;
  share(asked: Asked): Promise<unknown>;
}

interface Leg {
  readonly target: TokenTarget;
  readonly grantType: RequestableGrant;
  readonly proofs: ClientProofs;
  readonly subject: PartyToken | undefined;
  readonly actor: PartyToken | undefined;
}

/** How long a server may take for one token. */
export const requestTimeoutMs = 5_000;

/** @throws {TokenUnreachableError} when the time is over before the server was asked */
function assertInTime(
  { fields, clientId: client, request: { service }, grantType: grant }: TokenTarget,
  signal: AbortSignal,
): void {
  if (!signal.aborted) return;
  throw translateError(signal.reason, { url: toErrorUrl(new URL(fields.issuer)), client, service, grant });
}

async function ask(leg: Leg, proof: ClientProof, surroundings: RequestSurroundings): Promise<Asked> {
  const { target, grantType, subject, actor } = leg;
  const { binding, credentials } = proof;
  const { connection, metadata } = surroundings.servers.get({ ...target.server, identity: binding.serverIdentity });
  const known = await metadata.get(credentials.clientId);
  assertInTime(target, surroundings.signal);
  const request = { ...target.request, grantType, credentials, subject, actor };
  const bound = { ...request, dpop: binding.dpop, identity: binding.serverIdentity };
  const { now, signal } = surroundings;
  const issued = await requestToken(bound, { connection, metadata: known, now, signal });
  return { issued, binding };
}

interface RequestSurroundings extends AskSurroundings {
  readonly signal: AbortSignal;
  /** For refresh tokens. @default nothing is shared */
  readonly sharing?: RefreshSharing | undefined;
}

/** Asks, and notes what the server says of this API. */
async function attempt(leg: Leg, proof: ClientProof, surroundings: RequestSurroundings): Promise<Asked> {
  try {
    return await ask(leg, proof, surroundings);
  } catch (error) {
    surroundings.clients.note({ ...leg, proof }, error);
    throw error;
  }
}

/** A server that does not know us by the proofs that we have is asked once more, with the ones that the sources hold now. */
async function request(leg: Leg, surroundings: RequestSurroundings): Promise<Asked> {
  const { clients, signal } = surroundings;
  clients.assertNone({ ...leg, proof: leg.proofs });
  try {
    return await attempt(leg, leg.proofs, surroundings);
  } catch (error) {
    if (classifyFailure(error) !== "client") throw error;
    const others = await leg.proofs.renew?.(leg.proofs, signal);
    if (!others) throw error;
    clients.assertNone({ ...leg, proof: others });
    return attempt(leg, others, surroundings);
  }
}

/** Lets a refresh token's successor be kept elsewhere. It is in hand: that it is not kept, or not in time, fails nobody's call. */
async function keepSuccessor(
  { keep, target }: Errand,
  successor: Secret,
  { instance, logger }: Diagnostics,
): Promise<void> {
  const keepInTime = async (signal: AbortSignal): Promise<void> => {
    await untilAborted((async () => keep?.(successor))(), signal);
    signal.throwIfAborted();
  };
  try {
    await withDeadline({ timeoutMs: requestTimeoutMs }, keepInTime);
  } catch (error) {
    const { clientId: client, request } = target;
    const reason = error instanceof Error ? error.name : "unknown";
    log(logger, "error", [
      { instance, client, service: request.service, reason },
      "a rotated refresh token was not kept",
    ]);
  }
}

/** What does not concern the processes of a fleet is left to them; the rest is as for any errand. */
function toChainSharing(
  { target }: Errand,
  { diagnostics: { instance, logger }, signal, sharing }: RequestSurroundings,
  toAsked: (issued: IssuedToken) => Asked,
): ChainSharing<FoundToken> {
  const { fields, clientId: client, request } = target;
  return {
    reusable: request.refreshReuse,
    assertInTime: () => assertInTime(target, signal),
    async find() {
      const found = await sharing?.find();
      return found && { found };
    },
    share: async (issued) => sharing?.share(toAsked(issued)),
    late: () =>
      log(logger, "error", [
        { instance, client, service: request.service },
        "other processes do not know yet what became of a refresh token",
      ]),
    toError: (code) => new TokenUnreachableError({ code, url: toErrorUrl(new URL(fields.issuer)), client }),
  };
}

/** The time that a turn is waited for is not taken from the request: a token whose answer is not waited for is lost. */
async function refresh(
  errand: Errand,
  root: PartyToken,
  surroundings: RequestSurroundings,
): Promise<Asked | FoundToken> {
  const { target, proofs, actor } = errand;
  const { chains, diagnostics, signal } = surroundings;
  let { binding } = proofs;
  const toAsked = (issued: IssuedToken): Asked => ({ issued, binding });
  const spent = await chains.spend(root.token, {
    async ask(newest) {
      assertInTime(target, signal);
      const leg: Leg = { target, grantType: "refreshToken", proofs, subject: { ...root, token: newest }, actor };
      const asked = await withDeadline({ timeoutMs: requestTimeoutMs }, (deadline) =>
        request(leg, { ...surroundings, signal: deadline }),
      );
      binding = asked.binding;
      return asked.issued;
    },
    keep: (successor) => keepSuccessor(errand, successor, diagnostics),
    sharing: toChainSharing(errand, surroundings, toAsked),
  });
  return "found" in spent ? spent : toAsked(spent);
}

/** Shows the first server's answer to the second one, as the assertion. */
async function askTwice(errand: Errand, first: TokenTarget, surroundings: RequestSurroundings): Promise<Asked> {
  const { target, subject, actor, proofs, firstProofs } = errand;
  if (!firstProofs)
    throw new TypeError("An identity assertion takes proofs for the first server: its own, and no others.");
  const { issued } = await request(
    { target: first, grantType: "tokenExchange", proofs: firstProofs, subject, actor },
    surroundings,
  );
  const assertion = { token: issued.token, tokenType: tokenTypes.jwt };
  return request({ target, grantType: "jwtBearer", proofs, subject: assertion, actor: undefined }, surroundings);
}

/**
 * Asks for the token of an errand, by as many requests as its grant takes. A refresh token that processes share is spent by
 * one of them: the others get what that one was given.
 *
 * @throws {TokenRefusedError} when a server says no
 * @throws {TokenUnreachableError} when one gives no usable answer
 */
export function askForToken(errand: Errand, surroundings: RequestSurroundings): Promise<Asked | FoundToken> {
  const { target, subject, actor, proofs } = errand;
  const { grantType, first } = target;
  if (grantType === "refreshToken" && subject) return refresh(errand, subject, surroundings);
  if (grantType === "identityAssertion") {
    if (!first) throw new TypeError("An identity assertion takes a first server.");
    return askTwice(errand, first, surroundings);
  }
  return request({ target, grantType, proofs, subject, actor }, surroundings);
}
