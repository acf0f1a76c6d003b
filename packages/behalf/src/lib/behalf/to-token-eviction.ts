import type { RevocationMarker } from "../inbound/revocation/revocation-markers.ts";
import type { TokenEviction } from "../tokens/eviction/token-eviction.ts";
import { type ObtainedPlace, readObtainedPlace } from "./obtained-place.ts";

/** Gives all names of the issuer of that name. */
export type NamesOfIssuer = (issuer: string) => readonly string[];

/** A marker's key begins with the digest of what it is about; the issuer may follow. */
function readKey(key: string): { readonly valueDigest: string; readonly issuer: string | undefined } {
  const end = key.indexOf(" ");
  return end < 0
    ? { valueDigest: key, issuer: undefined }
    : { valueDigest: key.slice(0, end), issuer: key.slice(end + 1) };
}

function toPlace({ kind, key }: RevocationMarker): ObtainedPlace | undefined {
  if (kind === "obtained") return readObtainedPlace(key);
  const { valueDigest, issuer } = readKey(key);
  if (kind === "subject") return { subject: valueDigest, issuer };
  // Nobody finds what was obtained with a token without that token, which is refused.
  return kind === "session" ? { session: valueDigest, issuer } : undefined;
}

/** Gives what a marker means for tokens that this API obtained: whose own token is refused has none left. */
export function toTokenEviction(marker: RevocationMarker, namesOf: NamesOfIssuer): TokenEviction | undefined {
  const place = toPlace(marker);
  if (!place) return undefined;
  const { issuer, ...others } = place;
  return { ...others, issuers: issuer === undefined ? undefined : namesOf(issuer), at: marker.at };
}
