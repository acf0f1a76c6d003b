import type { ResolvedInbound } from "../config/resolved-inbound.ts";
import { createEvictions, type Evictions } from "../tokens/eviction/evictions.ts";
import { type CallerNames, createCallerNames } from "./caller-names.ts";
import { createInboundSharing, type InboundSharing, type InboundSharingParts } from "./inbound-sharing.ts";
import { createIssuerNames } from "./issuer-names.ts";
import { type NamesOfIssuer, toTokenEviction } from "./to-token-eviction.ts";

/** What is given up before its time: callers' tokens, by markers, and with them what this API obtained on their behalf. */
export interface ConnectedEvictions extends InboundSharing {
  readonly evictions: Evictions;
  readonly callerNames: CallerNames;
  readonly namesOfIssuer: NamesOfIssuer;
}

/** Connects the evictions of an instance. */
export function connectEvictions(
  inbound: ResolvedInbound | undefined,
  parts: Omit<InboundSharingParts, "heard">,
): ConnectedEvictions {
  const callerNames = createCallerNames();
  const namesOfIssuer = createIssuerNames(inbound);
  const evictions = createEvictions({
    now: parts.now,
    nameParty: callerNames.nameParty,
    starting: () => sharing.markerSharing.starting(),
  });
  const sharing = createInboundSharing({
    ...parts,
    heard(markers, isOwn) {
      const about = markers.flatMap((marker) => toTokenEviction(marker, namesOfIssuer) ?? []);
      evictions.note(about, isOwn ? "here" : "elsewhere");
    },
  });
  return { ...sharing, evictions, callerNames, namesOfIssuer };
}
