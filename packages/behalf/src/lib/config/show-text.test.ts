import { describe, expect, it } from "vitest";
import { configure } from "../../../../../test/support/configure.ts";

const secret = "s3cret";
const pem = `-----BEGIN PRIVATE KEY-----\n${secret}\n-----END PRIVATE KEY-----`;
const host = "https://inventory.example.com";

/** What a refused configuration tells, in full. */
function refuse(members: object, environment: Readonly<Record<string, string>> = {}): string {
  try {
    const { problems } = configure({ ...members }, { environment });
    return JSON.stringify(problems);
  } catch (error) {
    return error instanceof Error ? error.message : "";
  }
}

describe("a problem", () => {
  it.each([
    ["encryptionKeys", `[{"id":"a","key":"${secret}"`],
    ["extraParameters", `{"a":"${secret}"`],
    ["authorizationDetails", `[{"a":"${secret}"`],
    ["dpop", pem],
    ["signingAlgorithm", pem],
  ])("does not show the variable of %s", (key, text) => {
    const told = refuse({}, { [`BEHALF__${key.toUpperCase()}`]: text });
    expect(told).toMatch(new RegExp(`^${key}`));
    expect(told).not.toContain(secret);
  });

  it.each([
    ["dpop", { dpop: secret }],
    ["clientCertificate", { clientCertificate: secret }],
    ["identityProvider", { identityProvider: secret }],
    ["serviceDefaults", { serviceDefaults: secret }],
    ["serviceDefaults.dpop", { serviceDefaults: { dpop: secret } }],
    ["services.inventory.clientCertificate", { services: { inventory: { host, clientCertificate: secret } } }],
    ["identityProvider.clientCertificate", { identityProvider: { clientCertificate: secret } }],
    ["tenants", { tenants: secret }],
    ["tenants.acme", { tenants: { acme: secret } }],
    ["encryptionKeys", { encryptionKeys: secret }],
    ["encryptionKeys.0", { encryptionKeys: [secret] }],
    ["encryptionKeys.0.id", { encryptionKeys: [{ id: `${secret}/=`, key: "a" }] }],
  ])("does not show a text in the place of an object: %s", (path, members) => {
    const told = refuse(members);
    expect(told).toContain(path);
    expect(told).toContain("a text that is not shown");
    expect(told).not.toContain(secret);
  });

  it.each([
    [`https://h.example?key=${secret}`, "https://h.example?[redacted]"],
    [`https://h.example#${secret}`, "https://h.example#[redacted]"],
    [`https://user:${secret}@h.example/a`, "https://[redacted]@h.example/a"],
    [`https://user:${secret}@h.example?key=${secret}`, "https://[redacted]@h.example?[redacted]"],
    [`https:user:${secret}@h.example`, "https:[redacted]@h.example"],
    [`https://h.example?key=a@${secret}`, "https://[redacted]"],
    [`https://user:${secret}?@h.example`, "https://[redacted]"],
    [`h.example?key=${secret}`, "h.example?[redacted]"],
  ])("shows of the URL %s what anybody may see", (url, shown) => {
    const endpoint = { tokenEndpoint: url };
    for (const members of [
      { authority: url },
      endpoint,
      { services: { a: url } },
      { services: { a: { host: url } } },
    ]) {
      expect(refuse(members)).toContain(JSON.stringify(shown).slice(1, -1));
      expect(refuse(members)).not.toContain(secret);
    }
  });

  it("shows any other text as it is", () => {
    expect(refuse({ services: { a: { host, endpoints: { b: "items/{sku?}" } } } })).toContain("items/{sku?}");
    expect(refuse({ grantType: "exchange" })).toContain('the text "exchange"');
  });
});
