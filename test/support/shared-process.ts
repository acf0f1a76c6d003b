import { randomBytes } from "node:crypto";
import { onTestFinished } from "vitest";
import { connectStore, type SharedParts } from "../../packages/behalf/src/lib/behalf/connect-store.ts";
import { type MarkerSharingOptions, shareMarkers } from "../../packages/behalf/src/lib/behalf/share-markers.ts";
import { createDiagnostics } from "../../packages/behalf/src/lib/diagnostics/diagnostics.ts";
import type { MarkerSharing } from "../../packages/behalf/src/lib/inbound/revocation/marker-sharing.ts";
import {
  createRevocationMarkers,
  type RevocationMarkers,
} from "../../packages/behalf/src/lib/inbound/revocation/revocation-markers.ts";
import type { SharedStore } from "../../packages/behalf/src/lib/tokens/shared-store.ts";
import { ActorToken } from "../../packages/behalf/src/lib/values/actor-token.ts";
import type { KeyRingKey } from "../../packages/behalf/src/lib/values/key-ring.ts";
import { Secret } from "../../packages/behalf/src/lib/values/secret.ts";
import { type Clock, createClock } from "./clock.ts";
import { createRecordingLogger } from "./recording-logger.ts";

let made = 0;

/** Creates a key with an id of its own. */
export function createRingKey(): KeyRingKey {
  made += 1;
  return { id: `key-${made}`, key: new Secret(randomBytes(32).toString("base64")) };
}

const usualKey = createRingKey();

/** What differs from one process to another. */
export interface SharedProcessOptions extends Pick<MarkerSharingOptions, "rounds"> {
  readonly clock?: Clock;
  readonly keys?: readonly KeyRingKey[];
}

/** The shared parts of a process, as it connects them. */
export function openSharedParts(
  store: SharedStore,
  { clock = createClock(), keys = [usualKey] }: SharedProcessOptions = {},
): SharedParts {
  const diagnostics = createDiagnostics("orders", createRecordingLogger());
  return connectStore(store, { encryptionKeys: keys, unencryptedAllowed: false, diagnostics, now: clock.now });
}

/** A process with markers that it shares. */
export interface MarkerProcess {
  readonly clock: Clock;
  readonly shared: SharedParts;
  readonly markers: RevocationMarkers;
  readonly sharing: MarkerSharing;
  /** Evicts a subject; tells what became of it. */
  evict(subject: string): Promise<boolean>;
  /** Whether a token that was issued a minute ago for a subject is refused. */
  refuses(subject: string): boolean;
}

/** Opens a process that ends with the current test. */
export function openMarkerProcess(store: SharedStore, options: SharedProcessOptions = {}): MarkerProcess {
  const { clock = createClock(), rounds } = options;
  const shared = openSharedParts(store, { ...options, clock });
  const markers = createRevocationMarkers({ now: clock.now });
  const diagnostics = createDiagnostics("orders", createRecordingLogger());
  const sharing = shareMarkers(markers, { shared, diagnostics, now: clock.now, ...(rounds ? { rounds } : {}) });
  onTestFinished(async () => {
    await sharing.close();
    await shared.close();
  });
  const token = new ActorToken("a-token");
  const issuer = "https://login.example.com";
  return {
    clock,
    shared,
    markers,
    sharing,
    evict: (subject) => sharing.share(markers.evict({ subject })),
    refuses: (subject) =>
      markers.revoked({ token, issuer, subject, sessionId: undefined, issuedAt: clock.now() - 60_000 }),
  };
}

/** Opens one that has learned of what was left before it. */
export async function beginMarkerProcess(store: SharedStore, options?: SharedProcessOptions): Promise<MarkerProcess> {
  const begun = openMarkerProcess(store, options);
  await begun.sharing.starting();
  return begun;
}
