import {
  allowInsecureRequests,
  ClientSecretBasic,
  type Configuration,
  clientCredentialsGrant,
  discovery,
  genericGrantRequest,
} from "openid-client";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type ScriptedAs, startScriptedAs } from "./scripted-as.ts";
import { some } from "./some.ts";
import { the } from "./the.ts";

let as: ScriptedAs;

beforeEach(async () => {
  as = await startScriptedAs({ issuerPath: "/tenant1", clients: [some.client({ clientSecret: the.awkwardSecret })] });
});
afterEach(() => as.close());

function discover(algorithm: "oidc" | "oauth2"): Promise<Configuration> {
  return discovery(new URL(as.issuer), the.clientId, undefined, ClientSecretBasic(the.awkwardSecret), {
    algorithm,
    execute: [allowInsecureRequests],
  });
}

describe("openid-client against the scripted authorization server", () => {
  it.each(["oidc", "oauth2"] as const)("gets a token by client credentials after %s discovery", async (algorithm) => {
    const tokens = await clientCredentialsGrant(await discover(algorithm), { scope: the.scope });
    expect(tokens).toMatchObject({ token_type: "bearer", expires_in: 300, scope: the.scope });
  });

  it("exchanges a token", async () => {
    const parameters = some.exchangeForm(await as.issue(some.claims()));
    const { grant_type, ...rest } = Object.fromEntries(parameters);
    const tokens = await genericGrantRequest(await discover("oidc"), String(grant_type), rest);
    expect(tokens).toMatchObject({ token_type: "bearer", issued_token_type: the.accessTokenType });
  });
});
