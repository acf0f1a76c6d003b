import { randomBytes } from "node:crypto";
import type { ActorToken } from "../values/actor-token.ts";
import { digest } from "../values/digest.ts";
import type { Errand } from "./errand.ts";

/** Whose a token is, as numbers of 30 bits, which cost no memory of their own. */
export interface PartyNumbers {
  /** The issuer that named the subject; 0 where it is not known. */
  readonly issuer: number;
  /** On whose behalf it is; 0 for this API itself. */
  readonly subject: number;
  /** The session; 0 where it is not known. */
  readonly session: number;
}

/** Whom a token stands for. */
export interface PartyNames {
  readonly issuer: string | undefined;
  readonly subject: string | undefined;
  readonly sessionId: string | undefined;
}

/** Tells whom a token stands for that does not say so itself; `undefined` for one that is not known. */
export type NameParty = (token: ActorToken) => PartyNames | undefined;

/** Gives numbers for names. Those of another process are others. */
export interface PartyNumbering {
  /** Of whom an errand is for. With a refresh token, it is the token that it brought which tells. */
  of(errand: Errand, brought?: ActorToken): PartyNumbers;
  /** Of a name, by its digest. */
  ofDigest(kind: keyof PartyNumbers, nameDigest: string): number;
  ofIssuer(issuer: string): number;
}

const nobody: PartyNumbers = Object.freeze({ issuer: 0, subject: 0, session: 0 });
const readText = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);

/** What a JWT says: a person has other tokens after each sign-in. */
function readNames(token: ActorToken): PartyNames | undefined {
  if (!token.isJwt) return undefined;
  try {
    const payload: unknown = JSON.parse(Buffer.from(token.value().split(".")[1] ?? "", "base64url").toString("utf8"));
    const { iss, sub, sid }: Readonly<Record<string, unknown>> = { ...(typeof payload === "object" ? payload : {}) };
    return { issuer: readText(iss), subject: readText(sub), sessionId: readText(sid) };
  } catch {
    return undefined;
  }
}

/**
 * Creates the numbers of an instance. Two names may have the same one by chance, and then share what one may hold, and are
 * evicted together; nobody can bring it about.
 */
export function createPartyNumbering(nameParty: NameParty = () => undefined): PartyNumbering {
  const salt = randomBytes(16).toString("base64url");
  const ofDigest: PartyNumbering["ofDigest"] = (kind, nameDigest) =>
    Buffer.from(digest(`${salt} ${kind} ${nameDigest}`), "base64url").readUInt32BE() >>> 2 || 1;
  const ofIssuer = (issuer: string): number => ofDigest("issuer", digest(issuer.replace(/\/$/, "")));
  const ofName = (kind: keyof PartyNumbers, name: string | undefined): number =>
    name === undefined ? 0 : ofDigest(kind, digest(name));

  return {
    ofDigest,
    ofIssuer,
    of({ target, subject, partyKey }, brought) {
      if (!subject) return nobody;
      const telling = target.grantType === "refreshToken" ? brought : subject.token;
      const names = telling && (nameParty(telling) ?? readNames(telling));
      return {
        issuer: names?.issuer === undefined ? 0 : ofIssuer(names.issuer),
        subject: ofName("subject", names?.subject) || ofDigest("subject", `token ${partyKey}`),
        session: ofName("session", names?.sessionId),
      };
    },
  };
}

/** Names by one number of whom a token is, for what one may hold; 0 for this API itself. */
export const toOwner = ({ issuer, subject }: Pick<PartyNumbers, "issuer" | "subject">): number =>
  subject === 0 ? 0 : issuer ^ subject || 1;
