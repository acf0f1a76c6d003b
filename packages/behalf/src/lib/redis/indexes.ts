import type { SharedStore } from "../tokens/shared-store.ts";
import { toLifeMs } from "./life.ts";
import { runScript } from "./run-script.ts";
import { enlistScript, listScript } from "./scripts.ts";
import type { StoreParts } from "./store-parts.ts";

/** Creates the part of a store that keeps indexes: sorted sets, by the instants at which the lives of members end. */
export function createIndexes({ connection, prefix, perform }: StoreParts): Pick<SharedStore, "enlist" | "list"> {
  return {
    enlist: (index, member, livesMs) =>
      perform("enlist", async () => {
        const lifeMs = toLifeMs(livesMs);
        if (lifeMs === 0) return;
        await runScript(connection, enlistScript, { key: prefix + index, values: [member, String(lifeMs)] });
      }),
    list: (index) =>
      perform("list", async () => {
        const members = await runScript(connection, listScript, { key: prefix + index, values: [] });
        return Array.isArray(members) ? members.map(String) : [];
      }),
  };
}
