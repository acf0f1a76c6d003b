import type { PartyToken } from "../oauth/token-request.ts";
import { tokenTypes, toTokenType } from "../oauth/token-types.ts";
import type { ActorToken } from "../values/actor-token.ts";
import type { Secret } from "../values/secret.ts";
import type { ClientProofs } from "./client-proofs.ts";
import type { RefreshChains } from "./refresh-chains.ts";
import { type PartyFields, toPartyKey, toTokenKey } from "./token-key.ts";
import type { TokenTarget } from "./token-target.ts";

/** On whose behalf a token is wanted, and who acts. */
export interface Parties {
  /** The caller's token; for `refreshToken`, the refresh token. */
  readonly subject?: ActorToken | undefined;
  readonly actor?: PartyToken | undefined;
}

/** What an errand is made of. */
export interface ErrandOptions extends Parties {
  readonly proofs: ClientProofs;
  /** For the server that is asked first, where a token takes two requests. */
  readonly firstProofs?: ClientProofs | undefined;
  /** Is told a refresh token's successor. */
  readonly keep?: ((successor: Secret) => void | Promise<void>) | undefined;
}

/** One token to be had: what is asked for whom, and under which key it is kept. */
export interface Errand extends Omit<ErrandOptions, "subject"> {
  readonly target: TokenTarget;
  readonly subject: PartyToken | undefined;
  readonly partyKey: string;
  readonly key: string;
  /** Whether nobody waits for it: a renewal ahead of time. */
  readonly inBackground?: boolean | undefined;
}

function toSubject({ grantType, subjectTokenType, fields }: TokenTarget, token: ActorToken): PartyToken {
  if (grantType === "refreshToken") return { token, tokenType: tokenTypes.refreshToken };
  return { token, tokenType: subjectTokenType ?? toTokenType(token, fields.issuer) };
}

/** Names whom a subject token stands for: a refresh token and its successors stand for the same. */
function toSubjectDigest({ grantType }: TokenTarget, token: ActorToken, chains: RefreshChains): string {
  return grantType === "refreshToken" ? chains.idOf(token) : token.digest();
}

function toPartyFields(target: TokenTarget, { subject, actor }: Parties, chains: RefreshChains): PartyFields {
  return {
    subjectDigest: subject ? toSubjectDigest(target, subject, chains) : "",
    subjectTokenType: subject ? toSubject(target, subject).tokenType : "",
    actorDigest: actor?.token.digest() ?? "",
    actorTokenType: actor?.tokenType ?? "",
  };
}

/** The second step of a look-up; without an actor it takes no hashing. */
export function toFoundPartyKey(target: TokenTarget, parties: Parties, chains: RefreshChains): string {
  if (parties.actor) return toPartyKey(toPartyFields(target, parties, chains));
  return parties.subject ? toSubjectDigest(target, parties.subject, chains) : "";
}

/** Joins a target and its parties into an errand. */
export function toErrand(target: TokenTarget, options: ErrandOptions, chains: RefreshChains): Errand {
  const party = toPartyFields(target, options, chains);
  const subject = options.subject && toSubject(target, options.subject);
  return { ...options, target, subject, partyKey: toPartyKey(party), key: toTokenKey(target.fields, party) };
}
