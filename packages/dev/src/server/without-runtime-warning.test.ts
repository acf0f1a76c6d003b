import { afterEach, expect, it, vi } from "vitest";
import { withoutRuntimeWarning } from "./without-runtime-warning.ts";

afterEach(() => void vi.restoreAllMocks());

it("leaves out that one warning, and puts console.warn back", async () => {
  const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
  await withoutRuntimeWarning(async () => {
    console.warn("oidc-provider WARNING: Unsupported runtime. Use Node.js v22.x LTS, or a later LTS release.");
    console.warn("oidc-provider WARNING: something else");
  });
  expect(warn.mock.calls).toEqual([["oidc-provider WARNING: something else"]]);
  expect(console.warn).toBe(warn);
});
