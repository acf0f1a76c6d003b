import { describe, expect, it } from "vitest";
import { AuthNode } from "../config/auth-node.ts";
import { MultiStringValue } from "../values/multi-string-value.ts";
import { applyTokenOptions } from "./apply-token-options.ts";
import { HttpClientOptions } from "./http-client-options.ts";

const authConfig = new AuthNode("services.a", {
  extraParameters: { flow: "usual", region: "eu" },
  scope: MultiStringValue.from("x"),
});
const options = new HttpClientOptions({ authConfig });
const parametersOf = (applied: HttpClientOptions): unknown => applied.authConfig?.settings?.parameters;

describe("applyTokenOptions", () => {
  it.each([{}, { scope: undefined }, { timeoutMs: 1 }])("leaves everything as it is for %j", (given) => {
    expect(applyTokenOptions(options, given as object)).toBe(options);
  });

  it("changes nothing of what it was given", () => {
    applyTokenOptions(options, { scope: "y", tenant: "acme", forceAuthorization: true });
    expect([options.authConfig, options.tenant, options.forceAuthorization]).toEqual([authConfig, undefined, false]);
  });

  it("replaces parameters of the same name, and keeps the others", () => {
    const applied = applyTokenOptions(options, { extraParameters: { flow: ["a", "b"] } });
    expect(parametersOf(applied)).toEqual([
      ["region", "eu"],
      ["flow", "a"],
      ["flow", "b"],
    ]);
  });

  it("keeps the parameters where none are given", () => {
    expect(parametersOf(applyTokenOptions(options, { extraParameters: {} }))).toEqual(authConfig.settings.parameters);
  });

  it("keeps the auth configuration for a tenant and for force alone", () => {
    const applied = applyTokenOptions(options, { tenant: "acme", forceAuthorization: true });
    expect([applied.authConfig, applied.tenant, applied.forceAuthorization]).toEqual([authConfig, "acme", true]);
  });

  it.each(["scope", "SCOPE", " Client_Secret", "authorization_details", "subject_token"])(
    "refuses the parameter %j",
    (name) => {
      expect(() => applyTokenOptions(options, { extraParameters: { [name]: "x" } })).toThrow(
        expect.objectContaining({ code: "BEHALF_REQUEST_REFUSED", refusal: "parameter", subject: name }),
      );
    },
  );
});
