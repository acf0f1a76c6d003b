import type { SharedStore } from "../tokens/shared-store.ts";
import { toLifeMs } from "./life.ts";
import { runScript } from "./run-script.ts";
import { lifeScript, readScript, removeScript, replaceScript } from "./scripts.ts";
import type { StoreParts } from "./store-parts.ts";

type Texts = Pick<SharedStore, "read" | "lifeOf" | "write" | "replace" | "remove">;

/** What somebody else has written there without a life. */
const forEver = -1;

/** Creates the part of a store that keeps texts. */
export function createTexts({ connection, prefix, perform }: StoreParts): Texts {
  return {
    read: (name) =>
      perform("read", async () => {
        const text = await runScript(connection, readScript, { key: prefix + name, values: [] });
        return typeof text === "string" ? text : undefined;
      }),
    lifeOf: (name) =>
      perform("read", async () => {
        const leftMs = Number(await runScript(connection, lifeScript, { key: prefix + name, values: [] }));
        if (leftMs === forEver) return Number.POSITIVE_INFINITY;
        return leftMs > 0 ? leftMs : undefined;
      }),
    write: (name, text, livesMs) =>
      perform("write", async () => {
        const lifeMs = toLifeMs(livesMs);
        await (lifeMs > 0 ? connection.set(prefix + name, text, lifeMs) : connection.del(prefix + name));
      }),
    replace: (name, { expected, text, livesMs }) =>
      perform("replace", async () => {
        const values = [text, String(toLifeMs(livesMs)), ...(expected === undefined ? [] : [expected])];
        return Number(await runScript(connection, replaceScript, { key: prefix + name, values })) === 1;
      }),
    remove: (name, expected) =>
      perform("remove", async () => {
        const key = prefix + name;
        if (expected === undefined) return Number(await connection.del(key)) === 1;
        return Number(await runScript(connection, removeScript, { key, values: [expected] })) === 1;
      }),
  };
}
