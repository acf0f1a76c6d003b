import type { KeyOrigin, VerificationKeys } from "../keys/verification-keys.ts";

/** An issuer, or the issuers of many tenants behind one template, and their keys. */
export interface IssuerRealm {
  /** The issuers that are configured, templates among them; none where the metadata names it. */
  readonly issuers: readonly string[];
  /** The authority, by which a token's issuer is recognized before the metadata is read. */
  readonly authority: string;
  readonly issuerTemplate: string | undefined;
  /** The tenant that all tokens of this realm are of; `undefined` where there are none, or the token says it. */
  readonly tenant: string | undefined;
  readonly keys: VerificationKeys;
  /** Asks the metadata for the issuer. */
  readIssuer(): Promise<string>;
}

const placeholder = "{tenantid}";
const tenantId = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** Puts the claim `tid` in the place of `{tenantid}`; `undefined` when it is needed and is no UUID. */
export function fillIssuerTemplate(template: string, tid: unknown): string | undefined {
  if (!template.includes(placeholder)) return template;
  return typeof tid === "string" && tenantId.test(tid) ? template.replaceAll(placeholder, tid) : undefined;
}

const withoutSlash = (text: string): string => text.replace(/\/$/, "");

function looksLike(template: string, issuer: string): boolean {
  const [start = "", ...rest] = template.split(placeholder);
  return rest.length === 0 ? template === issuer : issuer.startsWith(start) && issuer.endsWith(rest.at(-1) ?? "");
}

/**
 * Whether a token of this issuer is the realm's to judge. It is no verdict on the issuer: that is given letter for letter,
 * when the signature is verified.
 */
export function isOfRealm({ issuers, authority, issuerTemplate }: IssuerRealm, issuer: unknown): boolean {
  if (typeof issuer !== "string") return false;
  if (issuers.length > 0) return issuers.some((one) => looksLike(one, issuer));
  if (issuerTemplate !== undefined && looksLike(issuerTemplate, issuer)) return true;
  return withoutSlash(authority) === withoutSlash(issuer);
}

/** The issuer that the token must be of: the one of those of its realm that it names; `undefined` for none. */
export async function findIssuer(
  realm: IssuerRealm,
  claims: { readonly iss?: unknown; readonly tid?: unknown },
): Promise<string | undefined> {
  const known = realm.issuers.length > 0 ? realm.issuers : [await realm.readIssuer()];
  return known.map((one) => fillIssuerTemplate(one, claims.tid)).find((one) => one !== undefined && one === claims.iss);
}

/** Tells whether a key may sign a token of this issuer: some are published for one issuer of several alone, as Entra's are. */
export function createMayBeSignedBy(issuer: string, tid: unknown): (origin: KeyOrigin) => boolean {
  return (origin) => origin.issuer === undefined || fillIssuerTemplate(origin.issuer, tid) === issuer;
}
