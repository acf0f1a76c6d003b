import { describe, expect, it } from "vitest";
import { defaultAuthSettings } from "../config/default-auth-settings.ts";
import { createDpopSettings } from "../config/sources/dpop-settings.ts";
import { tokenTypes } from "../oauth/token-types.ts";
import { createTokenBindings } from "../tokens/token-bindings.ts";
import { MultiStringValue } from "../values/multi-string-value.ts";
import { type TargetQuestion, toTokenTarget } from "./to-token-target.ts";

const list = MultiStringValue.from;
const authority = "https://as.example.com";
const surroundings = { authority, bindings: createTokenBindings(Date.now) };
const question = (changes: Partial<TargetQuestion> = {}): TargetQuestion => ({
  credentials: { clientId: "orders-api" },
  service: "services.inventory",
  ...changes,
});

describe("toTokenTarget", () => {
  it("fills in the protocol's defaults, at the instance's authority", () => {
    const { fields, request, server } = toTokenTarget("clientCredentials", question(), surroundings);
    expect(fields).toMatchObject({ issuer: authority, clientAuthentication: "client_secret_basic", scopes: [] });
    expect(server.authority).toBe(authority);
    expect(request.service).toBe("services.inventory");
  });

  it("asks for a kind of token in an exchange only", () => {
    const asked = question({ requestedTokenType: tokenTypes.jwt });
    expect(toTokenTarget("tokenExchange", asked, surroundings).request.requestedTokenType).toBe(tokenTypes.jwt);
    expect(toTokenTarget("jwtBearer", asked, surroundings).request.requestedTokenType).toBeUndefined();
  });

  it("has the key that tokens are bound to in its own", () => {
    const targetOf = (dpop: typeof defaultAuthSettings.dpop) =>
      toTokenTarget("clientCredentials", question({ settings: { ...defaultAuthSettings, dpop } }), surroundings);
    const [one, other] = [createDpopSettings(true), createDpopSettings(true)];
    const keys = [undefined, one, other].map((dpop) => targetOf(dpop).key);
    expect(new Set(keys).size).toBe(3);
    expect(targetOf(one).key).toBe(keys[1]);
    expect(targetOf(one).fields.proofThumbprint).toBe(targetOf(one).binding.dpop?.thumbprint);
  });

  it("takes the subject's type from the request before the settings", () => {
    const settings = { ...defaultAuthSettings, subjectTokenType: "urn:settings" };
    expect(toTokenTarget("tokenExchange", question({ settings }), surroundings).subjectTokenType).toBe("urn:settings");
    const given = question({ settings, subjectTokenType: "urn:request" });
    expect(toTokenTarget("tokenExchange", given, surroundings).subjectTokenType).toBe("urn:request");
  });
});

describe("the first target of an identity assertion", () => {
  const second = "https://second.example.com";
  const settings = { ...defaultAuthSettings, authority: second };

  it("asks for an assertion for the second server, by the service's scope and resource", () => {
    const asked = question({
      settings,
      scope: list("read"),
      resource: list("https://a/"),
      identityProvider: question({ credentials: { clientId: "at-first" } }),
    });
    const { first } = toTokenTarget("identityAssertion", asked, surroundings);
    expect(first?.fields).toMatchObject({
      issuer: authority,
      clientId: "at-first",
      grantType: "tokenExchange",
      audiences: [second],
      scopes: ["read"],
      resources: ["https://a/"],
      requestedTokenType: tokenTypes.identityAssertion,
    });
  });

  it("prefers a scope and a resource of its own", () => {
    const identityProvider = question({ scope: list("own"), resource: list("https://own/") });
    const asked = question({ settings, scope: list("read"), resource: list("https://a/"), identityProvider });
    const { first } = toTokenTarget("identityAssertion", asked, surroundings);
    expect(first?.fields).toMatchObject({ scopes: ["own"], resources: ["https://own/"] });
  });

  it("is there for that grant alone", () => {
    const asked = question({ settings, identityProvider: question() });
    expect(toTokenTarget("tokenExchange", asked, surroundings).first).toBeUndefined();
  });
});
