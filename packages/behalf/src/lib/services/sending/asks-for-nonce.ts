import type { IncomingHttpHeaders } from "node:http";
import type { Proof } from "../../oauth/dpop.ts";
import type { WireAnswer } from "../../transport/wire.ts";
import { parseChallenges } from "../../values/challenge.ts";

/** The nonce that an answer gives for the next proof; `undefined` where there is none, or more than one. */
export function readNonce(headers: IncomingHttpHeaders): string | undefined {
  const nonce = headers["dpop-nonce"];
  return typeof nonce === "string" && nonce !== "" ? nonce : undefined;
}

/**
 * Whether an answer asks for a proof with another nonce than the one that was sent. The same again would be asked for ever.
 *
 * Some backends answer 400 where the specification has 401.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9449.html#section-9}
 */
export function asksForNonce({ status, headers }: WireAnswer, sent: Proof): boolean {
  if (status !== 401 && status !== 400) return false;
  const nonce = readNonce(headers);
  if (nonce === undefined || nonce === sent.nonce) return false;
  return parseChallenges(headers["www-authenticate"] ?? "").some(
    ({ scheme, parameters }) => /^dpop$/i.test(scheme) && parameters.get("error") === "use_dpop_nonce",
  );
}
