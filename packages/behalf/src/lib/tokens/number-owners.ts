import { randomBytes } from "node:crypto";
import { digest } from "../values/digest.ts";
import type { Errand } from "./errand.ts";

/** Gives whom an errand is for a number: 30 bits, so that it costs no memory; 0 for this API itself. */
export type NumberOwner = (errand: Errand) => number;

/** Whom the token itself names: a person has other tokens after each sign-in. */
function readSubject(text: string): string | undefined {
  try {
    const payload: unknown = JSON.parse(Buffer.from(text.split(".")[1] ?? "", "base64url").toString("utf8"));
    if (typeof payload !== "object" || payload === null || !("sub" in payload)) return undefined;
    return JSON.stringify(["iss" in payload ? payload.iss : undefined, payload.sub]);
  } catch {
    return undefined;
  }
}

/**
 * Creates the numbers of owners: by issuer and subject of a JWT, else by the token. Two may have the same one by chance, and
 * share what one may hold; nobody can bring it about, for the numbers are other ones in each process.
 */
export function createOwnerNumbers(): NumberOwner {
  const salt = randomBytes(16).toString("base64url");

  return ({ subject, partyKey }) => {
    if (!subject) return 0;
    const name = (subject.token.isJwt ? readSubject(subject.token.value()) : undefined) ?? partyKey;
    return Buffer.from(digest(`${salt} ${name}`), "base64url").readUInt32BE() >>> 2 || 1;
  };
}
