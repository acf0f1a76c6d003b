import { digest } from "../values/digest.ts";

/** What an endpoint fixes of a token, in any order of its lists. */
export interface TargetFields {
  readonly issuer: string;
  readonly tokenEndpoint: string;
  readonly clientId: string;
  readonly clientAuthentication: string;
  readonly grantType: string;
  readonly audiences: readonly string[];
  readonly resources: readonly string[];
  readonly scopes: readonly string[];
  readonly requestedTokenType: string;
  /** The type that was set for the subject token; empty when it follows from the token. */
  readonly givenSubjectTokenType: string;
  readonly extraParameters: readonly string[];
  /** The thumbprints of the DPoP key and the client certificate that the token is bound to. */
  readonly proofThumbprint: string;
  readonly tenant: string;
  /** The key of the target that is asked first, where the token takes two requests. */
  readonly precededBy: string;
  /** By what the authorization server is trusted and reached: a token that came by another way is not the same. */
  readonly connection: string;
  /** What the token must satisfy to be kept: one that was let in by milder rules is not found by stricter ones. */
  readonly policy: string;
}

/** On whose behalf the token is, and who acts. */
export interface PartyFields {
  readonly subjectDigest: string;
  readonly subjectTokenType: string;
  readonly actorDigest: string;
  readonly actorTokenType: string;
}

type Field = string | readonly string[];
type Registry<fields> = { readonly [name in keyof fields]-?: true };

const targetFields: Registry<TargetFields> = {
  issuer: true,
  tokenEndpoint: true,
  clientId: true,
  clientAuthentication: true,
  grantType: true,
  audiences: true,
  resources: true,
  scopes: true,
  requestedTokenType: true,
  givenSubjectTokenType: true,
  extraParameters: true,
  proofThumbprint: true,
  tenant: true,
  precededBy: true,
  connection: true,
  policy: true,
};

const partyFields: Registry<PartyFields> = {
  subjectDigest: true,
  subjectTokenType: true,
  actorDigest: true,
  actorTokenType: true,
};

/** The names of all fields of a key, kept complete by the compiler. */
export const targetFieldNames: readonly string[] = Object.keys(targetFields);
export const partyFieldNames: readonly string[] = Object.keys(partyFields);

const encodeText = (text: string): string => `${text.length}:${text}`;

function encodeField(field: Field): string {
  if (typeof field === "string") return encodeText(field);
  const items = [...new Set(field)].sort();
  return `${items.length}[${items.map(encodeText).join("")}]`;
}

/**
 * Digests fields into a key: each is prefixed with its length, so that no character can move from one to the next.
 *
 * Lists are sets: their order does not count. The names are given so that a test can leave one out.
 */
export function digestFields(fields: object, names: readonly string[]): string {
  const read = (name: string): Field => Reflect.get(fields, name);
  return digest(names.map((name) => encodeField(read(name))).join(""));
}

/** The first step of a look-up: what an endpoint fixes. Made once. */
export function toTargetKey(fields: TargetFields): string {
  return digestFields(fields, targetFieldNames);
}

/** The second step of a look-up: the subject's digest alone, unless somebody acts. */
export function toPartyKey(fields: PartyFields): string {
  return fields.actorDigest === "" ? fields.subjectDigest : digestFields(fields, partyFieldNames);
}

/** The key of a token: all fields of both steps. */
export function toTokenKey(target: TargetFields, party: PartyFields): string {
  return digestFields({ ...target, ...party }, [...targetFieldNames, ...partyFieldNames]);
}
