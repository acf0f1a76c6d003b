import { type PartyNumbering, type PartyNumbers, toOwner } from "../number-parties.ts";
import type { TokenTarget } from "../token-target.ts";
import type { TargetServices } from "./target-services.ts";

/** Which tokens are given up: those of which all is true that is given here. */
export interface TokenEviction {
  /** The digest of the subject on whose behalf they are. */
  readonly subject?: string | undefined;
  /** The digest of the session. */
  readonly session?: string | undefined;
  /** The names of the issuer that named the subject, or the session. @default anybody's */
  readonly issuers?: readonly string[] | undefined;
  /** The client that they were issued to. */
  readonly client?: string | undefined;
  /** The name of the service that they are for. */
  readonly service?: string | undefined;
  readonly tenant?: string | undefined;
  /** When they were given up, in epoch milliseconds. */
  readonly at: number;
}

/** A token, or one that is being fetched, as an eviction sees it. */
export interface Evictable extends PartyNumbers {
  readonly target: TokenTarget;
  /** When it was asked for, in epoch milliseconds. */
  readonly fetchedAt: number;
}

/** What an eviction is understood with. */
export interface EvictionTerms {
  readonly numbers: PartyNumbering;
  readonly services: TargetServices;
}

/** Tells whether an eviction is about a token. */
export type EvictionTest = (one: Evictable) => boolean;

/** Drops tokens that a test fits. Where owners are given, it fits those of no others. */
export type Drop = (concerns: EvictionTest, owners: readonly number[] | undefined) => void;

/** An eviction, with names as numbers. */
export interface ReadEviction {
  readonly concerns: EvictionTest;
  /** The number of the one party that it is about; 0 where it is about many. */
  readonly subject: number;
  readonly session: number;
  /** The owners whose tokens alone it can be about; `undefined` where they are not known. */
  readonly owners: readonly number[] | undefined;
}

const isOfClient = ({ clientId, first }: TokenTarget, client: string): boolean =>
  clientId === client || first?.clientId === client;

/** Reads an eviction. A token of which it is not known who named its subject is everybody's. */
export function readEviction(eviction: TokenEviction, { numbers, services }: EvictionTerms): ReadEviction {
  const { client, service, tenant } = eviction;
  const toNumber = (kind: "subject" | "session"): number => {
    const nameDigest = eviction[kind];
    return nameDigest === undefined ? 0 : numbers.ofDigest(kind, nameDigest);
  };
  const [subject, session] = [toNumber("subject"), toNumber("session")];
  const issuers = eviction.issuers?.map(numbers.ofIssuer);

  const concerns: EvictionTest = (one) => {
    if (subject !== 0 && one.subject !== subject) return false;
    if (session !== 0 && one.session !== session) return false;
    if (issuers && one.issuer !== 0 && !issuers.includes(one.issuer)) return false;
    const { target } = one;
    if (client !== undefined && !isOfClient(target, client)) return false;
    if (tenant !== undefined && target.fields.tenant !== tenant) return false;
    return service === undefined || services.uses(target, service);
  };
  const owners = subject === 0 ? undefined : issuers && [0, ...issuers].map((issuer) => toOwner({ issuer, subject }));
  return { concerns, subject, session, owners };
}
