import type { PartyToken } from "../oauth/token-request.ts";
import { toTokenType } from "../oauth/token-types.ts";
import type { ActorToken } from "../values/actor-token.ts";
import { type PartyFields, toPartyKey, toTokenKey } from "./token-key.ts";
import type { TokenTarget } from "./token-target.ts";

/** On whose behalf a token is wanted, and who acts. */
export interface Parties {
  readonly subject?: ActorToken | undefined;
  readonly actor?: PartyToken | undefined;
}

/** One token to be had: what is asked for whom, and under which key it is kept. */
export interface Errand {
  readonly target: TokenTarget;
  readonly subject: PartyToken | undefined;
  readonly actor: PartyToken | undefined;
  readonly partyKey: string;
  readonly key: string;
}

/** Joins a target and its parties into an errand. */
export function toErrand(target: TokenTarget, { subject, actor }: Parties): Errand {
  const subjectParty = subject && {
    token: subject,
    tokenType: target.subjectTokenType ?? toTokenType(subject, target.fields.issuer),
  };
  const party: PartyFields = {
    subjectDigest: subjectParty?.token.digest() ?? "",
    subjectTokenType: subjectParty?.tokenType ?? "",
    actorDigest: actor?.token.digest() ?? "",
    actorTokenType: actor?.tokenType ?? "",
  };
  return { target, subject: subjectParty, actor, partyKey: toPartyKey(party), key: toTokenKey(target.fields, party) };
}
