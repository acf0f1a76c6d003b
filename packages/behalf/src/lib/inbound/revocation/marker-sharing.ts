import type { RevocationMarker } from "./revocation-markers.ts";

/** Passes markers on to the processes that share a store, and takes theirs over. */
export interface MarkerSharing {
  /** Passes a marker on. Tells whether every other process can learn of it from now on; it never rejects. */
  share(marker: RevocationMarker): Promise<boolean>;
  /**
   * Is over when the markers that others left before this process began are known, or cannot be had for now; from then on it
   * gives `undefined`.
   */
  starting(): Promise<void> | undefined;
  /** Waits for what is being passed on, and ends. */
  close(): Promise<void>;
}
