import type { ResolvedInboundDpop } from "../../config/resolved-inbound.ts";
import type { RequestContext } from "../../context/request-context.ts";
import { CallerTokenError, type CallerTokenReason } from "../../errors/caller-token-error.ts";
import { reduceCause } from "../../errors/reduce-cause.ts";
import type { Now } from "../../values/clock.ts";
import { digest } from "../../values/digest.ts";
import { readCertificateThumbprint } from "./client-certificate.ts";
import type { DpopNonces } from "./dpop-nonces.ts";
import { isSameText } from "./is-same-text.ts";
import type { PossessionCheck, ReplayStore, ShownToken } from "./possession.ts";
import { createVerifyProof } from "./verify-proof.ts";

/** What possession is checked with. */
export interface PossessionCheckOptions {
  /** `undefined` where tokens that are bound to a key are not accepted. */
  readonly dpop: ResolvedInboundDpop | undefined;
  /** Gives the URLs of this API, without a slash at their end. */
  readonly urls: () => readonly string[];
  /** The header that tells the client's certificate, in lower case; `undefined` for the connection's own. */
  readonly clientCertificateHeader: string | undefined;
  readonly replay: ReplayStore;
  /** Needed where proofs need a nonce. */
  readonly nonces: DpopNonces | undefined;
  readonly now: Now;
}

type CheckProof = (context: RequestContext, shown: ShownToken, jkt: string) => Promise<undefined>;

const nonceHeader = "dpop-nonce";

const refuse = (reason: CallerTokenReason, cause?: unknown): CallerTokenError =>
  new CallerTokenError(reason, { scheme: "DPoP", ...(cause === undefined ? {} : { cause: reduceCause(cause) }) });

function readProofHeader(context: RequestContext): string {
  const proof = context.headerValue("dpop");
  if (proof === undefined) throw refuse("proof");
  return proof;
}

function readNonces({ nonces }: PossessionCheckOptions): DpopNonces {
  if (!nonces) throw new TypeError("Proofs cannot need a nonce where there are none.");
  return nonces;
}

function checkNonce(context: RequestContext, nonces: DpopNonces, nonce: string | undefined): void {
  if (nonce !== undefined && nonces.accepts(nonce)) return;
  context.setResponseHeader(nonceHeader, nonces.issue());
  throw refuse("nonce");
}

/** A proof, and the key that it is signed with. */
interface ProofName {
  readonly jkt: string;
  readonly key: string;
}

/** A store that cannot tell whether a proof was used is taken to have seen it. */
async function claimOnce(replay: ReplayStore, { jkt, key }: ProofName, until: number): Promise<void> {
  let first: boolean;
  try {
    first = await replay.claim(key, until, jkt);
  } catch (error) {
    throw refuse("replay", error);
  }
  if (!first) throw refuse("replay");
}

function createCheckProof(dpop: ResolvedInboundDpop, options: PossessionCheckOptions): CheckProof {
  const verify = createVerifyProof({ ...dpop, now: options.now });
  const nonces = dpop.nonce ? readNonces(options) : undefined;

  return async (context, { token }, jkt) => {
    const { method, url } = context.incoming;
    const request = { method, url, urls: options.urls(), ath: token.digest(), jkt };
    const { jti, target, nonce, until } = await verify(readProofHeader(context), request);
    if (nonces) checkNonce(context, nonces, nonce);
    // Last, so that only who holds a valid token and its key can fill the store.
    await claimOnce(options.replay, { jkt, key: digest(JSON.stringify([jkt, jti, target])) }, until);
    if (nonces && !nonces.fresh(nonce ?? "")) context.setResponseHeader(nonceHeader, nonces.issue());
    return undefined;
  };
}

/**
 * Creates the check of possession: by a proof (RFC 9449 section 7), by a client certificate (RFC 8705 section 3), or both.
 *
 * @throws {TypeError} when proofs need a nonce, and no nonces are given
 */
export function createPossessionCheck(options: PossessionCheckOptions): PossessionCheck {
  const { dpop, clientCertificateHeader } = options;
  const checkProof = dpop && createCheckProof(dpop, options);

  function checkCertificate(context: RequestContext, { scheme }: ShownToken, expected: string): void {
    const thumbprint = readCertificateThumbprint(context, clientCertificateHeader);
    if (thumbprint === undefined || !isSameText(thumbprint, expected))
      throw new CallerTokenError("binding", { scheme });
  }

  return {
    check(context, shown) {
      const { scheme, confirmation } = shown;
      if (confirmation?.certificate !== undefined) checkCertificate(context, shown, confirmation.certificate);
      const jkt = confirmation?.jkt;
      if (jkt !== undefined) {
        if (!checkProof || scheme !== "DPoP") throw refuse("binding");
        return checkProof(context, shown, jkt);
      }
      if (scheme === "DPoP" || dpop?.required) throw refuse("binding");
      return undefined;
    },
  };
}
