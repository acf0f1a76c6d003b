import { BehalfError } from "./behalf-error.ts";

/** Why a capability was refused. */
export type CapabilityReason =
  | "unreadable"
  | "expired"
  | "evicted"
  | "service"
  | "tenant"
  | "issuer"
  | "client"
  | "unsealable";

const meanings: Readonly<Record<CapabilityReason, string>> = {
  unreadable:
    'The capability cannot be read: it was changed or cut, or sealed by a key that is not among "encryptionKeys". Hand it on letter for letter, and keep an older key, behind the newer ones, until what it sealed has ended',
  expired: "The capability has ended. Make a new one in a request of the caller, and use it before its expiresAt",
  evicted:
    "The token, the subject or the session that the capability was made for was evicted since. Let the caller sign in again, and make a new one",
  service: "The capability is not for this service. Name every service that the work calls when the capability is made",
  tenant: "The capability is for another tenant. Use it for the tenant that it was made for",
  issuer: 'The capability is for another authorization server. Open it under the "authority" that it was made under',
  client: 'The capability is for another client. Open it under the "clientId" that it was made under',
  unsealable: 'There is no key to seal or open capabilities with. Configure "encryptionKeys"',
};

/** A capability cannot be used here, not for this, or no longer. */
export class CapabilityError extends BehalfError {
  override readonly name = "CapabilityError";
  override readonly code = "BEHALF_CAPABILITY_REFUSED";
  /** Why, in one word. */
  readonly reason: CapabilityReason;

  constructor(reason: CapabilityReason) {
    super(`${meanings[reason]}.`);
    this.reason = reason;
  }
}
