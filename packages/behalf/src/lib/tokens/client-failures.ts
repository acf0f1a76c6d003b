import { isByCertificate } from "../config/certificate-methods.ts";
import { TokenRefusedError } from "../errors/token-refused-error.ts";
import { TokenUnreachableError } from "../errors/token-unreachable-error.ts";
import { repeatError } from "../oauth/repeat-error.ts";
import type { RequestableGrant } from "../oauth/token-request.ts";
import type { Now } from "../values/clock.ts";
import type { ClientProof } from "./client-proofs.ts";
import { classifyFailure, toLastingMs } from "./failure-class.ts";
import { createFailureMemory } from "./failure-memory.ts";
import type { TokenTarget } from "./token-target.ts";

/** Who asks which server for a token, by what grant. */
export interface Asker {
  readonly target: TokenTarget;
  readonly grantType: RequestableGrant;
  readonly proof: ClientProof;
}

/** What servers said of this API as a client, for all its requests. */
export interface ClientFailures {
  /**
   * @throws {TokenRefusedError} while a refusal of the client, with this very proof, is the answer
   * @throws {TokenUnreachableError} while the server wants no request of the client
   */
  assertNone(asker: Asker): void;
  note(asker: Asker, error: unknown): void;
  /** Whether an error is one that {@link assertNone} threw: nothing was asked. */
  isRepeated(error: unknown): boolean;
}

/** A proof that was refused, and why. */
interface RefusedProof {
  readonly proof: ClientProof;
  readonly error: TokenRefusedError;
}

const mostClients = 1_000;
/** Of a list of secrets that are refused one after the other. */
const mostProofs = 4;

function isSameProof(one: ClientProof, other: ClientProof): boolean {
  const [{ credentials: a }, { credentials: b }] = [one, other];
  return (
    a.clientSecret?.value() === b.clientSecret?.value() &&
    a.clientAssertion?.value() === b.clientAssertion?.value() &&
    a.signingKey === b.signingKey &&
    (one.binding === other.binding || !isByCertificate(a.authentication))
  );
}

const toClientKey = ({ target: { fields } }: Asker): string =>
  JSON.stringify([fields.issuer, fields.tokenEndpoint, fields.clientId, fields.clientAuthentication]);

/** What is not said of the client as such may hold for the grant alone. */
const toRefusalKey = (asker: Asker, { error, status }: Pick<TokenRefusedError, "error" | "status">): string =>
  error === "invalid_client" || status === 401 ? toClientKey(asker) : `${toClientKey(asker)} ${asker.grantType}`;

/**
 * Creates the memory of what servers said of this API: ten seconds for a refusal of who it is, and as long as a server asks
 * for, five minutes at most, where it wants to be left alone; two seconds where it does not say how long.
 *
 * Another secret, key, assertion or certificate than the one that was refused is none of it.
 */
export function createClientFailures(now: Now): ClientFailures {
  const refusals = createFailureMemory<readonly RefusedProof[]>(now, mostClients);
  const pauses = createFailureMemory<TokenUnreachableError>(now, mostClients);
  const repeated = new WeakSet<object>();

  const repeat = (error: TokenRefusedError | TokenUnreachableError): never => {
    repeated.add(error);
    throw error;
  };

  const assertKnown = (asker: Asker, key: string): void => {
    const { target, grantType: grant } = asker;
    const refused = refusals.find(key)?.failure.find(({ proof }) => isSameProof(proof, asker.proof));
    if (refused) repeat(repeatError(refused.error, { service: target.request.service, grant }));
  };

  return {
    assertNone(asker) {
      const key = toClientKey(asker);
      assertKnown(asker, key);
      assertKnown(asker, `${key} ${asker.grantType}`);
      const pause = pauses.find(key);
      if (pause) repeat(repeatError(pause.failure, { retryAfterMs: pause.leftMs }));
    },
    note(asker, error) {
      const ofWhom = classifyFailure(error);
      if (ofWhom === "pace" && error instanceof TokenUnreachableError) {
        pauses.keep(toClientKey(asker), error, toLastingMs(error));
      }
      if (ofWhom !== "client" || !(error instanceof TokenRefusedError)) return;
      const key = toRefusalKey(asker, error);
      const others = (refusals.find(key)?.failure ?? []).filter(({ proof }) => !isSameProof(proof, asker.proof));
      refusals.keep(key, [{ proof: asker.proof, error }, ...others].slice(0, mostProofs), toLastingMs(error));
    },
    isRepeated: (error) => typeof error === "object" && error !== null && repeated.has(error),
  };
}
