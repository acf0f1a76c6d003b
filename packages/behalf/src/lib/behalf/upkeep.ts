import type { Behalf } from "./behalf.ts";
import type { Engine } from "./create-engine.ts";
import { toHealth } from "./health.ts";
import type { PreWarming } from "./pre-warm.ts";
import { toStats } from "./stats.ts";

/** What an operator asks of an instance, and its end. */
export function createUpkeep(engine: Engine, preWarming: PreWarming): Pick<Behalf, "health" | "stats" | "close"> {
  let closed = false;

  return {
    health() {
      const { now } = engine;
      return toHealth({
        closed,
        servers: engine.health(),
        store: engine.storeHealth(),
        tokens: () => engine.stats().entries,
        now,
      });
    },
    stats: () => toStats(engine),
    close() {
      closed = true;
      preWarming.stop();
      return engine.close();
    },
  };
}
