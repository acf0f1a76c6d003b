import type { ValidatedStats } from "../inbound/remember-validated.ts";
import type { MemoryStats } from "../tokens/memory-store.ts";
import type { Engine } from "./create-engine.ts";

/** What an instance holds and does at this moment: numbers for a gauge. */
export interface BehalfStats {
  /** The token memory. */
  readonly tokens: MemoryStats;
  /** The callers' tokens that were validated and are remembered. */
  readonly validatedTokens: ValidatedStats;
  /** How many tokens are being fetched: one for all who wait for it. */
  readonly flights: number;
  /** How many requests to authorization servers wait for their turn: for tokens, and for introspection. */
  readonly waiting: { readonly tokens: number; readonly introspection: number };
  /** How many evictions are remembered, each by a marker. */
  readonly markers: number;
}

const nothing = { validated: { entries: 0, bytes: 0 }, waiting: 0 };

/** Counts what an instance holds. */
export function toStats({ inbound, markers, stats }: Pick<Engine, "inbound" | "markers" | "stats">): BehalfStats {
  const { flights, waiting, ...tokens } = stats();
  const { validated, waiting: introspection } = inbound?.stats() ?? nothing;
  return {
    tokens,
    validatedTokens: validated,
    flights,
    waiting: { tokens: waiting, introspection },
    markers: markers.size,
  };
}
