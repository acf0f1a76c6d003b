import type { Diagnostics } from "../diagnostics/diagnostics.ts";
import type { ReplayStore } from "../inbound/proofs/possession.ts";
import { createReplayStore } from "../inbound/proofs/replay-store.ts";
import type { MarkerSharing } from "../inbound/revocation/marker-sharing.ts";
import {
  createRevocationMarkers,
  type RevocationMarkers,
  type RevocationMarkersOptions,
} from "../inbound/revocation/revocation-markers.ts";
import type { Now } from "../values/clock.ts";
import type { SharedParts } from "./connect-store.ts";
import { shareMarkers } from "./share-markers.ts";
import { shareReplays } from "./share-replays.ts";

/** What the inbound side shares with other processes, where there is a store. */
export interface InboundSharing {
  readonly markers: RevocationMarkers;
  readonly markerSharing: MarkerSharing;
  /** Creates a memory of what was used. Each has places of its own. */
  createReplays(): ReplayStore;
}

/** What the inbound side shares through. */
export interface InboundSharingParts extends Pick<RevocationMarkersOptions, "heard"> {
  readonly shared: SharedParts | undefined;
  readonly diagnostics: Diagnostics;
  readonly now: Now;
}

/** Connects what the inbound side shares. */
export function createInboundSharing({ shared, diagnostics, now, heard }: InboundSharingParts): InboundSharing {
  const markers = createRevocationMarkers({ now, diagnostics, heard });
  return {
    markers,
    markerSharing: shareMarkers(markers, { shared, diagnostics, now }),
    createReplays: () => shareReplays(createReplayStore({ now }), { shared, now }),
  };
}
