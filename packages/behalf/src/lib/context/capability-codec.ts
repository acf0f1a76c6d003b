import { ActorToken } from "../values/actor-token.ts";
import { MultiStringValue } from "../values/multi-string-value.ts";
import { Secret } from "../values/secret.ts";
import type { CapabilityFacts, CapabilityIdentity, CapabilitySubject } from "./capability-facts.ts";

const version = 1;

/** The last instant that a `Date` can hold, for a token that ends later: JSON has no infinity. */
const lastInstant = 8.64e15;

const factNames = ["version", "issuer", "client", "tenant", "services", "issuedAt", "expiresAt", "subject"];
const identityNames = ["issuer", "subject", "client", "scopes", "sessionId", "system"];
const subjectNames = {
  subjectToken: ["kind", "token", "expiresAt", "caller"],
  refreshToken: ["kind", "token", "caller"],
};

function toIdentity({ scopes, ...identity }: CapabilityIdentity): object {
  const { issuer, subject, client, sessionId, system } = identity;
  return { issuer, subject, client, scopes: [...scopes], sessionId, system };
}

function toSubject(subject: CapabilitySubject): object {
  const { kind, caller } = subject;
  if (kind === "refreshToken") return { kind, token: subject.token.value(), caller: toIdentity(caller) };
  const expiresAt = Math.min(caller.expiresAt, lastInstant);
  return { kind, token: caller.token.value(), expiresAt, caller: toIdentity(caller) };
}

/** Writes facts as a text, in clear. */
export function encodeFacts(facts: CapabilityFacts): string {
  const { issuer, client, tenant, services, issuedAt, expiresAt, subject } = facts;
  return JSON.stringify({
    version,
    issuer,
    client,
    tenant,
    services: [...services],
    issuedAt,
    expiresAt,
    subject: toSubject(subject),
  });
}

function refuse(): never {
  throw new TypeError("The text is of another form.");
}

function readMembers(value: unknown, names: readonly string[]): Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return refuse();
  return Object.keys(value).every((name) => names.includes(name)) ? { ...value } : refuse();
}

const readText = (value: unknown): string => (typeof value === "string" ? value : refuse());
const readOptional = (value: unknown): string | undefined => (value === undefined ? undefined : readText(value));
const readList = (value: unknown): readonly string[] => (Array.isArray(value) ? value.map(readText) : refuse());
const readInstant = (value: unknown): number => (Number.isFinite(value) ? Number(value) : refuse());
const readBoolean = (value: unknown): boolean => (typeof value === "boolean" ? value : refuse());

function readIdentity(value: unknown): CapabilityIdentity {
  const { issuer, subject, client, scopes, sessionId, system } = readMembers(value, identityNames);
  return {
    issuer: readText(issuer),
    subject: readOptional(subject),
    client: readOptional(client),
    scopes: MultiStringValue.from(readList(scopes)),
    sessionId: readOptional(sessionId),
    system: readBoolean(system),
  };
}

function readSubject(value: unknown): CapabilitySubject {
  const { kind } = readMembers(value, subjectNames.subjectToken);
  if (kind !== "subjectToken" && kind !== "refreshToken") return refuse();
  const { token, expiresAt, caller } = readMembers(value, subjectNames[kind]);
  const identity = readIdentity(caller);
  if (kind === "refreshToken") return { kind, caller: identity, token: new Secret(readText(token)) };
  return { kind, caller: { ...identity, token: new ActorToken(readText(token)), expiresAt: readInstant(expiresAt) } };
}

function readFacts(value: unknown): CapabilityFacts {
  const members = readMembers(value, factNames);
  if (members.version !== version) return refuse();
  return {
    issuer: readText(members.issuer),
    client: readOptional(members.client),
    tenant: readOptional(members.tenant),
    services: readList(members.services),
    issuedAt: readInstant(members.issuedAt),
    expiresAt: readInstant(members.expiresAt),
    subject: readSubject(members.subject),
  };
}

/** Reads what `encodeFacts` wrote; `undefined` for anything else, another version included. */
export function decodeFacts(text: string): CapabilityFacts | undefined {
  try {
    return readFacts(JSON.parse(text));
  } catch {
    return undefined;
  }
}
