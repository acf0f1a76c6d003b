import { TokenRefusedError } from "../../errors/token-refused-error.ts";
import type { Errand } from "../errand.ts";
import { classifyFailure } from "../failure-class.ts";
import { parseMembers } from "./parse-members.ts";

const version = 1;
const longest = 16_384;

/** What a server says of the proof that a process made: its clock may be wrong. */
const ofProof: ReadonlySet<string> = new Set(["invalid_dpop_proof", "use_dpop_nonce"]);

/**
 * Writes a refusal, for the others: what an authorization server says of one token it would say to them as well. `undefined`
 * for any other failure, which may be this process's own: its connection, its secret.
 */
export function writeRefusal(error: unknown): string | undefined {
  if (!(error instanceof TokenRefusedError) || classifyFailure(error) !== "key" || ofProof.has(error.error))
    return undefined;
  const { error: word, status, client, grant } = error;
  const told = { errorDescription: error.errorDescription(), errorUri: error.errorUri(), claims: error.claims() };
  const text = JSON.stringify({ version, error: word, status, client, grant, ...told });
  return text.length > longest ? undefined : text;
}

/** Reads a refusal, as one of this errand; `undefined` where there is none. */
export function readRefusal(text: string, { target }: Errand): TokenRefusedError | undefined {
  const { version: written, status, client, grant, ...told } = parseMembers(text);
  if (written !== version || typeof told.error !== "string" || typeof status !== "number") return undefined;
  if (typeof client !== "string" || typeof grant !== "string") return undefined;
  const { error, errorDescription, errorUri, claims } = told;
  return new TokenRefusedError({
    error,
    errorDescription,
    errorUri,
    claims,
    status,
    client,
    grant,
    service: target.request.service,
  });
}
