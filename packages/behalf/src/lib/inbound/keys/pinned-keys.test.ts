import { describe, expect, it } from "vitest";
import { somePublicKey } from "../../../../../../test/support/some-keys.ts";
import { createPinnedKeys } from "./pinned-keys.ts";

describe("createPinnedKeys", () => {
  it("finds the keys that it was given, which stay", async () => {
    const keys = createPinnedKeys([await somePublicKey({ kid: "a" }), await somePublicKey({ kid: "b" })]);
    const found = await keys.find({ alg: "ES256", kid: "b" });
    expect(found).toMatchObject([{ origin: { kid: "b", issuer: undefined, live: true } }]);
    expect(await keys.find({ alg: "ES256", kid: "b" })).toBe(found);
  });

  it("finds none for another id or algorithm", async () => {
    const keys = createPinnedKeys([await somePublicKey({ kid: "a" })]);
    expect(await keys.find({ alg: "ES256", kid: "b" })).toEqual([]);
    expect(await keys.find({ alg: "ES384", kid: "a" })).toEqual([]);
  });
});
