import type { Diagnostics } from "../diagnostics/diagnostics.ts";
import type { StoreRecord } from "../diagnostics/records.ts";
import type { RevocationMarker } from "../inbound/revocation/revocation-markers.ts";
import type { StoreSeal } from "../tokens/shared/seal-for-store.ts";
import type { Now } from "../values/clock.ts";
import { readStoredMarker, writeStoredMarker } from "./stored-marker.ts";

/** Seals markers for the place where they stand: nobody without a key evicts anybody. */
export interface MarkerSeal {
  seal(name: string, marker: RevocationMarker): string;
  /** Gives the marker; `undefined`, and a record, for what was not sealed for this place. */
  open(name: string, sealed: string): RevocationMarker | undefined;
}

/** What a seal of markers works with. */
export interface MarkerSealOptions {
  readonly seal: StoreSeal;
  readonly diagnostics: Diagnostics;
  readonly now: Now;
}

/** Who can write to the store shall not fill the log. */
const recordEveryMs = 30_000;

/** Creates the seal. Of each kind of problem there is one record in thirty seconds. */
export function createMarkerSeal({ seal, diagnostics, now }: MarkerSealOptions): MarkerSeal {
  const recordedAt = new Map<string, number>();

  const record = (problem: StoreRecord["problem"]): void => {
    const at = recordedAt.get(problem);
    if (at !== undefined && now() - at < recordEveryMs) return;
    recordedAt.set(problem, now());
    diagnostics.publish("behalf:store", (instance) => ({ instance, what: "marker", problem }), true);
  };

  return {
    seal: (name, marker) => seal.seal(name, writeStoredMarker(marker)),
    open(name, sealed) {
      const text = seal.open(name, sealed);
      const found = text === undefined ? "foreign" : readStoredMarker(text);
      if (typeof found === "object") return found;
      record(found);
      return undefined;
    },
  };
}
