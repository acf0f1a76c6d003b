import { CapabilityError } from "../errors/capability-error.ts";
import type { Now } from "../values/clock.ts";
import type { KeyRing } from "../values/key-ring.ts";
import { printAs } from "../values/print-as.ts";
import { redacted } from "../values/redacted.ts";
import { decodeFacts, encodeFacts } from "./capability-codec.ts";
import type { CapabilityFacts } from "./capability-facts.ts";

/** What a capability is to be used for. */
export interface CapabilityUse {
  readonly service: string;
  readonly tenant: string | undefined;
  readonly now: Now;
}

/** Where a sealed capability is opened. */
export interface OpenCapabilityOptions {
  /** The keys; `undefined` where none are configured. */
  readonly ring: KeyRing | undefined;
  readonly issuer: string;
  readonly client: string | undefined;
  readonly now: Now;
}

const associated = "capability";
let factsOf: (capability: Capability) => CapabilityFacts;

/** The caller's own token ends what it allows, whatever was asked for. */
function endOf({ expiresAt, subject }: CapabilityFacts): number {
  const end = subject.kind === "subjectToken" ? Math.min(expiresAt, subject.caller.expiresAt) : expiresAt;
  if (!Number.isFinite(end)) throw new TypeError("A capability must have an end.");
  return end;
}

/**
 * The right to call some services on behalf of a caller, after its request: for a queue, a schedule, another process.
 *
 * It is bound to the authorization server, the client, the tenant, the services and an end. It prints `[redacted]`.
 */
export class Capability {
  static {
    printAs(Capability.prototype, () => `Capability ${redacted}`);
    factsOf = (capability) => capability.#facts;
  }

  readonly #facts: CapabilityFacts;
  readonly #ring: KeyRing | undefined;

  /**
   * One with the caller's own token ends with that token at the latest.
   *
   * @throws {TypeError} when it would have no end
   */
  constructor(facts: CapabilityFacts, ring: KeyRing | undefined) {
    this.#facts = Object.freeze({
      ...facts,
      services: Object.freeze([...facts.services]),
      expiresAt: endOf(facts),
    });
    this.#ring = ring;
  }

  /** The names of the services that it may be used for. */
  get services(): readonly string[] {
    return this.#facts.services;
  }

  /** When it ends. */
  get expiresAt(): Date {
    return new Date(this.#facts.expiresAt);
  }

  /** The tenant that it is for, where there are tenants. */
  get tenant(): string | undefined {
    return this.#facts.tenant;
  }

  /**
   * Writes it as an encrypted text, a different one each time, which can be stored or sent. Whoever has the text and the
   * keys can use it until it ends.
   *
   * @throws {CapabilityError} when no keys are configured
   */
  seal(): string {
    if (!this.#ring) throw new CapabilityError("unsealable");
    return this.#ring.seal(encodeFacts(this.#facts), associated);
  }

  /**
   * Makes sure that it may be used for the service now.
   *
   * @throws {CapabilityError} when it has ended, or is for another tenant or other services
   */
  check({ service, tenant, now }: CapabilityUse): void {
    if (hasEnded(this.#facts, now)) throw new CapabilityError("expired");
    if (this.#facts.tenant !== tenant) throw new CapabilityError("tenant");
    if (!this.#facts.services.includes(service)) throw new CapabilityError("service");
  }

  toString(): string {
    return redacted;
  }

  toJSON(): string {
    return redacted;
  }
}

/** A clock that gives no number ends everything. */
const hasEnded = ({ expiresAt }: CapabilityFacts, now: Now): boolean => !(now() < expiresAt);

/** Gives what a capability says, its token included: for the engine, never for a log. */
export function readCapability(capability: Capability): CapabilityFacts {
  return factsOf(capability);
}

/**
 * Opens a sealed capability.
 *
 * @throws {CapabilityError} when it cannot be read, has ended, or was made under another authorization server or client
 */
export function openCapability(text: string, { ring, issuer, client, now }: OpenCapabilityOptions): Capability {
  if (!ring) throw new CapabilityError("unsealable");
  const plaintext = ring.open(text, associated);
  const facts = plaintext === undefined ? undefined : decodeFacts(plaintext);
  if (!facts) throw new CapabilityError("unreadable");
  const capability = new Capability(facts, ring);
  assertUsable(capability, { issuer, client, now });
  return capability;
}

/**
 * Makes sure that a capability is this instance's, and has not ended.
 *
 * @throws {CapabilityError} when it is another's, or has ended
 */
export function assertUsable(
  capability: Capability,
  { issuer, client, now }: Omit<OpenCapabilityOptions, "ring">,
): void {
  const facts = factsOf(capability);
  if (facts.issuer !== issuer) throw new CapabilityError("issuer");
  if (facts.client !== client) throw new CapabilityError("client");
  if (hasEnded(facts, now)) throw new CapabilityError("expired");
}
