import { describe, expect, it } from "vitest";
import { configure } from "../../../../../test/support/configure.ts";
import { describeResource, type ResourceMetadata } from "./resource-metadata.ts";

const resource = "https://api.example";

function describeIt(inbound: Readonly<Record<string, unknown>> = {}, url = resource): ResourceMetadata {
  const resolved = configure({ inbound: { audience: "orders-api", resource: url, ...inbound } }).inbound;
  if (!resolved) throw new Error("Nothing is configured");
  return describeResource(url, resolved);
}

describe("the metadata of a protected resource", () => {
  it("names the resource, its servers, and how tokens come", () => {
    expect(describeIt().document).toEqual({
      resource,
      authorization_servers: ["https://login.example.com"],
      bearer_methods_supported: ["header"],
      dpop_signing_alg_values_supported: expect.arrayContaining(["ES256"]),
    });
  });

  it.each([
    [resource, "/.well-known/oauth-protected-resource"],
    [`${resource}/v1/orders`, "/.well-known/oauth-protected-resource/v1/orders"],
    [`${resource}:8443/v1`, "/.well-known/oauth-protected-resource/v1"],
  ])("of %s stands at %s", (url, path) => {
    const described = describeIt({}, url);
    expect([described.path, described.url]).toEqual([path, `${new URL(url).origin}${path}`]);
  });

  it("names the scopes that are needed everywhere, once", () => {
    const authenticators = {
      first: { audience: "a", requiredScopes: "orders audit" },
      second: { audience: "b", requiredScopes: "orders", byRouteOnly: true },
    };
    const { document } = describeIt({ authenticators });
    expect([document.scopes_supported, document.authorization_servers]).toEqual([
      ["orders", "audit"],
      ["https://login.example.com"],
    ]);
  });

  it("says where proofs are required, and nothing of them where they are not taken", () => {
    expect(describeIt({ dpop: { required: true } }).document.dpop_bound_access_tokens_required).toBe(true);
    expect(Object.keys(describeIt({ dpop: false }).document).filter((name) => name.startsWith("dpop"))).toEqual([]);
  });

  it("names no server for who is no client of one", () => {
    const authenticators = { key: { type: "custom", authenticate: () => undefined } };
    expect(describeIt({ authenticators }).document).not.toHaveProperty("authorization_servers");
  });

  it("says what the program adds, but not another resource or server", () => {
    const resourceMetadata = { resource_name: "Orders", jwks_uri: "https://api.example/jwks" };
    expect(describeIt({ resourceMetadata }).document).toMatchObject({ ...resourceMetadata, resource });
  });
});
