import { describe, expect, it } from "vitest";
import { createTestKey } from "../../../../../test/support/signing-key.ts";
import type { AuthSettings, SigningKeySource } from "../config/auth-settings.ts";
import { defaultAuthSettings } from "../config/default-auth-settings.ts";
import type { ClientAuthenticationMethod } from "../config/options.ts";
import { fromProvider } from "../config/reference.ts";
import type { ServiceAuthConfig } from "../config/service-auth-config.ts";
import { createGivenSource } from "../config/sources/text-source.ts";
import { ConfigurationError } from "../errors/configuration-error.ts";
import { Outcome } from "../outcome/outcome.ts";
import { MultiStringValue } from "../values/multi-string-value.ts";
import { Secret } from "../values/secret.ts";
import { readCredentials } from "./read-credentials.ts";
import type { Credentials } from "./token-services.ts";

const { signal } = new AbortController();
const nothing = Outcome.fail(new ConfigurationError([{ path: "clientSecret", given: "nothing", fix: "Give one." }]));

function configOf(settings: Partial<AuthSettings>, secrets: readonly string[]): ServiceAuthConfig {
  return {
    grantType: "clientCredentials",
    configPath: "services.inventory",
    parent: undefined,
    settings: { ...defaultAuthSettings, ...settings },
    getClientId: () => Outcome.success("orders-api"),
    getClientSecret(_, { refused } = {}) {
      const secret = secrets.find((text) => text !== refused?.value());
      return secret === undefined ? nothing : Outcome.success(new Secret(secret));
    },
    getScope: () => Outcome.success(MultiStringValue.empty),
    getConfiguredValue: () => undefined,
  };
}

const read = (
  authentication: ClientAuthenticationMethod,
  settings: Partial<AuthSettings> = {},
  secrets: readonly string[] = [],
): Promise<Credentials> =>
  readCredentials(
    { clientId: "orders-api", authentication },
    { authContext: { grantType: "clientCredentials", authConfig: configOf(settings, secrets) }, signal },
  );

describe.each(["client_secret_basic", "client_secret_post", "client_secret_jwt"] as const)("%s", (method) => {
  it("reads the secret, and another one after it was refused", async () => {
    const credentials = await read(method, {}, ["current", "next"]);
    expect(credentials.clientSecret?.value()).toBe("current");
    expect((await credentials.renew?.(signal))?.clientSecret?.value()).toBe("next");
  });

  it("has no other where the source has none", async () => {
    expect(await (await read(method, {}, ["current"])).renew?.(signal)).toBeUndefined();
  });

  it("fails where there is none at all", async () => {
    await expect(read(method)).rejects.toThrow(ConfigurationError);
  });
});

describe("private_key_jwt", () => {
  it("reads the key, and another one after it was refused", async () => {
    const [current, next] = [createTestKey.ES256().key, createTestKey.ES256().key];
    const privateKey: SigningKeySource = { read: (refused) => (refused === current ? next : current) };
    const credentials = await read("private_key_jwt", { privateKey });
    expect(credentials.signingKey).toBe(current);
    expect((await credentials.renew?.(signal))?.signingKey).toBe(next);
  });

  it("fails where there is none, and names the path", async () => {
    await expect(read("private_key_jwt")).rejects.toMatchObject({ code: "BEHALF_CONFIG_INVALID" });
    await expect(read("private_key_jwt")).rejects.toThrow(/services\.inventory/);
  });
});

describe("workload_identity", () => {
  it("reads the assertion and its type, and another one after it was refused", async () => {
    const clientAssertion = fromProvider((_, { refused }) => (refused ? "next" : "current"));
    const credentials = await read("workload_identity", { clientAssertion, clientAssertionType: "jwt-spiffe" });
    expect(credentials).toMatchObject({ clientAssertionType: "jwt-spiffe" });
    expect(credentials.clientAssertion?.value()).toBe("current");
    expect((await credentials.renew?.(signal))?.clientAssertion?.value()).toBe("next");
  });
});

describe.each(["tls_client_auth", "self_signed_tls_client_auth"] as const)("%s", (method) => {
  it("has both files looked at again after a refusal", async () => {
    const looked: string[] = [];
    const sourceOf = (name: string) => ({ ...createGivenSource(name), recheck: () => void looked.push(name) });
    const clientCertificate = { certificate: sourceOf("certificate"), privateKey: sourceOf("key") };
    const credentials = await read(method, { clientCertificate });
    expect(looked).toEqual([]);
    expect(await credentials.renew?.(signal)).toMatchObject({ clientId: "orders-api", authentication: method });
    expect(looked).toEqual(["certificate", "key"]);
  });

  it("fails where there is no certificate", async () => {
    await expect(read(method)).rejects.toThrow(ConfigurationError);
  });
});

describe("none", () => {
  it("reads nothing, and has nothing else to show", async () => {
    const credentials = await read("none");
    expect(credentials).toMatchObject({ clientId: "orders-api", authentication: "none" });
    expect(await credentials.renew?.(signal)).toBeUndefined();
  });
});
