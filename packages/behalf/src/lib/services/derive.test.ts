import { describe, expect, it } from "vitest";
import { AuthNode } from "../config/auth-node.ts";
import type { ServiceAuthConfig } from "../config/service-auth-config.ts";
import { Outcome } from "../outcome/outcome.ts";
import { MultiStringValue } from "../values/multi-string-value.ts";
import { Secret } from "../values/secret.ts";
import { createDerive } from "./derive.ts";
import { DerivedAuthConfig } from "./derived-auth-config.ts";

const node = new AuthNode("services.a", { grantType: "automatic" });
const deviation = { grantType: "clientCredentials", forceAuthorization: false } as const;

/** What a program wrote itself: its audience is another one each time. */
function createOwn(): ServiceAuthConfig {
  let count = 0;
  return {
    configPath: "own",
    parent: undefined,
    grantType: "automatic",
    getClientId: () => Outcome.success("orders-api"),
    getClientSecret: () => Outcome.success(new Secret("secret")),
    getScope: () => Outcome.success(MultiStringValue.empty),
    getConfiguredValue: () => undefined,
    get audience() {
      count += 1;
      return MultiStringValue.from(`audience-${count}`);
    },
  };
}

describe("derive", () => {
  it.each([
    ["a node", node],
    ["what is derived from a node", new DerivedAuthConfig(node, { audience: MultiStringValue.from("x") })],
  ])("gives the same object for %s each time", (_case, authConfig) => {
    const derive = createDerive();
    expect(derive(authConfig, deviation)).toBe(derive(authConfig, deviation));
    expect(derive(authConfig, { ...deviation, grantType: "jwtBearer" })).not.toBe(derive(authConfig, deviation));
  });

  it("keeps nothing that is forced", () => {
    const derive = createDerive();
    const forced = { ...deviation, forceAuthorization: true };
    expect(derive(node, forced)).not.toBe(derive(node, forced));
  });

  it.each([
    ["it", createOwn()],
    ["what is derived from it", undefined],
  ])("asks what a program wrote itself again each time: %s", (_case, given) => {
    const derive = createDerive();
    const own = createOwn();
    const seen = [1, 2].map(() => {
      const authConfig = given ?? new DerivedAuthConfig(own, { scope: MultiStringValue.empty });
      return String(derive(authConfig, deviation).audience);
    });
    expect(new Set(seen).size).toBe(2);
  });
});
