import { inspect } from "node:util";
import { expect, it } from "vitest";
import { toStoreFailure } from "./store-failure.ts";

it.each([
  ["a reply", new Error("OOM command not allowed: marker"), { name: "Error", code: "OOM" }],
  [
    "a system error",
    Object.assign(new Error("marker"), { code: "ECONNREFUSED" }),
    { name: "Error", code: "ECONNREFUSED" },
  ],
  ["an error of nobody's code", new TypeError("MARKER of a server"), { name: "TypeError" }],
  [
    "an unknown command",
    new Error("ERR unknown command 'x', with args beginning with: 'marker'"),
    { name: "Error", code: "ERR" },
  ],
  ["no error at all", "marker", { name: "string" }],
])("keeps the name and the code of %s", (_what, error, cause) => {
  const failure = toStoreFailure("read", Object.assign(Object(error), { command: { name: "get", args: ["marker"] } }));
  expect(toStoreFailure("read", error).cause).toEqual(cause);
  expect(inspect(failure, { depth: 9, showHidden: true }).toLowerCase()).not.toContain("marker");
});
