import type { MarkerPlace } from "../inbound/revocation/eviction.ts";
import { toMarkerPlace } from "../inbound/revocation/eviction.ts";
import { digest } from "../values/digest.ts";
import type { Engine } from "./create-engine.ts";
import { toObtainedPlace } from "./obtained-place.ts";

/** All tokens that Behalf obtained. */
export interface EvictAll {
  readonly all: true;
  readonly subject?: never;
  readonly issuer?: never;
  readonly sessionId?: never;
  readonly client?: never;
  readonly service?: never;
  readonly tenant?: never;
}

/** Those tokens of which all is true that is given: at least one of the names, beside that of the issuer. */
export interface EvictSome<service extends string = string> {
  readonly all?: never;
  /** On whose behalf they are: the claim `sub` of the caller's token. */
  readonly subject?: string | undefined;
  /** Whose subject or session it is. @default anybody's */
  readonly issuer?: string | undefined;
  /** In which session they were obtained: the claim `sid` of the caller's token. */
  readonly sessionId?: string | undefined;
  /** The client that they were issued to. */
  readonly client?: string | undefined;
  /** The name of the service that they are for, with all of its endpoints. */
  readonly service?: service | undefined;
  readonly tenant?: string | undefined;
}

/** Which tokens Behalf gives up. */
export type EvictOptions<service extends string = string> = EvictAll | EvictSome<service>;

/** What came of an eviction. */
export interface Evicted {
  /** How many tokens went from the memory of this process. */
  readonly tokens: number;
  /** Whether every other process that shares the store can learn of it from now on; `false` without a shared store. */
  readonly everywhere: boolean;
}

const optionNames = ["all", "subject", "issuer", "sessionId", "client", "service", "tenant"] as const;
const narrowings = ["subject", "sessionId", "client", "service", "tenant"] as const;

/** @throws {TypeError} for what is no eviction */
function checkOptions(options: EvictOptions, services: ReadonlySet<string>): void {
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  const unknown = given.some(([name]) => !optionNames.some((known) => known === name));
  if (unknown) throw new TypeError(`What is to be evicted is named by ${optionNames.join(", ")}.`);
  if (options.all !== undefined) {
    if (options.all !== true || given.length > 1) throw new TypeError('Give "all: true" alone.');
    return;
  }
  if (given.some(([, value]) => typeof value !== "string" || value === ""))
    throw new TypeError("What is to be evicted has no name.");
  if (narrowings.every((name) => options[name] === undefined))
    throw new TypeError(`Give "all: true", or at least one of ${narrowings.join(", ")}.`);
  const { issuer, subject, sessionId, service } = options;
  if (issuer !== undefined && subject === undefined && sessionId === undefined)
    throw new TypeError('An "issuer" goes with a "subject" or a "sessionId".');
  if (service !== undefined && !services.has(service)) throw new TypeError("No service of that name is configured.");
}

/** Whose session has ended, or who may do nothing any more, is refused itself; where it is about some tokens only, it is not. */
function toPlace(options: EvictOptions): MarkerPlace {
  const { issuer, subject, sessionId, client, service, tenant } = options;
  const isNarrow = client !== undefined || service !== undefined || tenant !== undefined;
  if (!isNarrow && !options.all)
    return toMarkerPlace(sessionId === undefined ? { subject, issuer } : { sessionId, issuer });
  return toObtainedPlace({
    subject: subject === undefined ? undefined : digest(subject),
    session: sessionId === undefined ? undefined : digest(sessionId),
    issuer,
    client,
    service,
    tenant,
  });
}

/** Gives up tokens before their time. */
export type Evict<service extends string = string> = (options: EvictOptions<service>) => Promise<Evicted>;

/** Creates the eviction of an instance's tokens. */
export function createEvict(engine: Engine, services: ReadonlySet<string>): Evict {
  const { markers, markerSharing, stats } = engine;

  const leave = (options: EvictOptions): Promise<Evicted> => {
    checkOptions(options, services);
    const before = stats().entries;
    const marker = markers.leave(toPlace(options));
    const tokens = before - stats().entries;
    return markerSharing.share(marker).then((everywhere) => ({ tokens, everywhere }));
  };
  return leave;
}
