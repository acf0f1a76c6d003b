import { parseChallenges } from "../values/challenge.ts";

/** The answer of a token endpoint, read to its end. */
export interface ServerAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** The JSON object in the body; `undefined` when there is none. */
  readonly members: Readonly<Record<string, unknown>> | undefined;
}

function readMembers(text: string): ServerAnswer["members"] {
  try {
    const json: unknown = JSON.parse(text);
    return typeof json === "object" && json !== null && !Array.isArray(json) ? { ...json } : undefined;
  } catch {
    return undefined;
  }
}

/** Reads an answer to its end. */
export async function readAnswer(response: Response): Promise<ServerAnswer> {
  const { status, headers } = response;
  return { status, headers, members: readMembers(await response.text()) };
}

/** Whether the answer calls itself JSON, as the protocol wants it. */
export function isJson({ headers }: ServerAnswer): boolean {
  return headers.get("content-type")?.split(";")[0]?.trim().toLowerCase() === "application/json";
}

/** The nonce for proofs that came with an answer (RFC 9449 section 8). An empty one is none. */
export function readNonce({ headers }: { readonly headers: Headers }): string | undefined {
  return headers.get("dpop-nonce") || undefined;
}

/** Whether the answer refuses a proof for its nonce (RFC 9449 section 8), in the body or in a challenge. */
export function asksForNonce({ status, headers, members }: ServerAnswer): boolean {
  if (status !== 400 && status !== 401) return false;
  if (members?.error === "use_dpop_nonce") return true;
  return parseChallenges(headers.get("www-authenticate") ?? "").some(
    ({ parameters }) => parameters.get("error") === "use_dpop_nonce",
  );
}
