import "reflect-metadata";
import { X509Certificate } from "node:crypto";
import { SubjectAlternativeNameExtension, X509CertificateGenerator } from "@peculiar/x509";
import { beforeAll, describe, expect, it } from "vitest";
import { createSelfSigned } from "../../../../test/support/certificates.ts";
import { matchesSubject } from "./matches-subject.ts";

let certificate: X509Certificate;
beforeAll(async () => {
  const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
  const generated = await X509CertificateGenerator.createSelfSigned({
    name: "CN=orders-api, O=Example",
    keys: await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]),
    signingAlgorithm: algorithm,
    extensions: [
      new SubjectAlternativeNameExtension([
        { type: "dns", value: "orders.example" },
        { type: "url", value: "https://orders.example/api" },
        { type: "ip", value: "192.0.2.1" },
        { type: "email", value: "orders@example.test" },
      ]),
    ],
  });
  certificate = new X509Certificate(generated.toString("pem"));
});

describe("matchesSubject", () => {
  it.each([
    ["tls_client_auth_subject_dn", "CN=orders-api,O=Example", "CN=orders-api"],
    ["tls_client_auth_subject_dn", "O=Example, CN=orders-api", "O=Example,CN=orders"],
    ["tls_client_auth_san_dns", "orders.example", "example"],
    ["tls_client_auth_san_uri", "https://orders.example/api", "https://orders.example"],
    ["tls_client_auth_san_ip", "192.0.2.1", "192.0.2.10"],
    ["tls_client_auth_san_email", "orders@example.test", "pricing@example.test"],
  ] as const)("takes the %s %s, and not %s", (property, same, other) => {
    expect(matchesSubject(certificate, property, same)).toBe(true);
    expect(matchesSubject(certificate, property, other)).toBe(false);
  });

  it("takes no common name for a host", async () => {
    const plain = new X509Certificate((await createSelfSigned("CN=orders.example")).certificate);
    expect(matchesSubject(plain, "tls_client_auth_san_dns", "orders.example")).toBe(false);
    expect(matchesSubject(plain, "tls_client_auth_san_uri", "https://orders.example")).toBe(false);
  });
});
