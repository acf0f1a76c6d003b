import { createHash } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { createSelfSigned } from "../../../../../../test/support/certificates.ts";
import { openPossession } from "../../../../../../test/support/possession.ts";

interface ClientCertificate {
  readonly pem: string;
  readonly der: Buffer;
  /** As RFC 9440 writes it. */
  readonly field: string;
  readonly confirmation: { readonly jkt: undefined; readonly certificate: string };
}

async function createClient(name: string): Promise<ClientCertificate> {
  const { certificate: pem } = await createSelfSigned(name);
  const der = Buffer.from(pem.replaceAll(/-----[^-]+-----|\s/g, ""), "base64");
  const thumbprint = createHash("sha256").update(der).digest("base64url");
  const field = `:${der.toString("base64")}:`;
  return { pem, der, field, confirmation: { jkt: undefined, certificate: thumbprint } };
}

let alice: ClientCertificate;
let bob: ClientCertificate;
const refusal = { name: "CallerTokenError", reason: "binding" };

beforeAll(async () => {
  alice = await createClient("alice");
  bob = await createClient("bob");
});

describe("a token that is bound to a certificate", () => {
  it.each(["Bearer", undefined] as const)(
    "is accepted on a connection with it, under the scheme %s",
    async (scheme) => {
      const { confirmation, der } = alice;
      const shown = openPossession().show({ scheme, confirmation, certificate: new Uint8Array(der) });
      await expect(shown).resolves.toBeUndefined();
    },
  );

  it("is refused on a connection with another, or with none", async () => {
    const { show } = openPossession();
    const { confirmation } = alice;
    for (const certificate of [bob.der, alice.der.subarray(1), new Uint8Array(), undefined])
      await expect(show({ scheme: "Bearer", confirmation, certificate })).rejects.toMatchObject(refusal);
  });

  it("is refused under the scheme DPoP, and where every token must be bound to a key", async () => {
    const { confirmation, der: certificate } = alice;
    const dpop = { required: true, nonce: false, algorithms: ["ES256"], proofLifeMs: 60_000 };
    await expect(openPossession().show({ confirmation, certificate })).rejects.toMatchObject(refusal);
    const shown = openPossession({ dpop }).show({ scheme: "Bearer", confirmation, certificate });
    await expect(shown).rejects.toMatchObject(refusal);
  });

  it("is refused when its thumbprint is spelt in another way", async () => {
    const { certificate } = alice.confirmation;
    const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    const respelt = certificate.slice(0, -1) + letters[letters.indexOf(certificate.slice(-1)) + 1];
    expect(Buffer.from(respelt, "base64url")).toEqual(Buffer.from(certificate, "base64url"));
    const shown = openPossession().show({
      scheme: "Bearer",
      confirmation: { jkt: undefined, certificate: respelt },
      certificate: alice.der,
    });
    await expect(shown).rejects.toMatchObject(refusal);
  });
});

describe("a certificate in a header", () => {
  const show = (headers: readonly string[], certificate?: Uint8Array) =>
    openPossession({ clientCertificateHeader: "client-cert" }).show({
      scheme: "Bearer",
      confirmation: alice.confirmation,
      certificate,
      headers,
    });

  it("is accepted as bytes (RFC 9440), and as escaped PEM", async () => {
    await expect(show(["Client-Cert", alice.field])).resolves.toBeUndefined();
    await expect(show(["client-cert", encodeURIComponent(alice.pem)])).resolves.toBeUndefined();
    await expect(show(["client-cert", encodeURIComponent(`${alice.pem.trim()}\n`)])).resolves.toBeUndefined();
  });

  it("counts alone: the connection's is the proxy's", async () => {
    await expect(show([], alice.der)).rejects.toMatchObject(refusal);
    await expect(show(["Client-Cert", bob.field], alice.der)).rejects.toMatchObject(refusal);
    await expect(show(["Client-Cert", alice.field], bob.der)).resolves.toBeUndefined();
  });

  it("is refused twice, even when both are the same", async () => {
    await expect(show(["Client-Cert", alice.field, "Client-Cert", alice.field])).rejects.toMatchObject(refusal);
    await expect(show(["Client-Cert", `${alice.field}, ${alice.field}`])).rejects.toMatchObject(refusal);
    await expect(show(["Client-Cert", encodeURIComponent(alice.pem + bob.pem)])).rejects.toMatchObject(refusal);
  });

  it.each<[string, () => string]>([
    ["nothing", () => ""],
    ["no bytes", () => "::"],
    ["bytes without colons", () => alice.der.toString("base64")],
    ["bytes with parameters", () => `${alice.field};a=1`],
    ["base64url", () => `:${alice.der.toString("base64url")}_-:`],
    ["broken escapes", () => `${encodeURIComponent(alice.pem)}%`],
    ["broken UTF-8", () => `${encodeURIComponent(alice.pem)}%ff`],
    ["escaped twice", () => encodeURIComponent(encodeURIComponent(alice.pem))],
    ["another kind of PEM", () => encodeURIComponent(alice.pem.replaceAll("CERTIFICATE", "PUBLIC KEY"))],
    ["its thumbprint", () => alice.confirmation.certificate],
  ])("is refused as %s", async (_case, write) => {
    await expect(show(["Client-Cert", write()])).rejects.toMatchObject(refusal);
  });

  it("is not looked at where none is configured", async () => {
    const { confirmation } = alice;
    const shown = openPossession().show({
      scheme: "Bearer",
      confirmation,
      headers: ["Client-Cert", alice.field],
    });
    await expect(shown).rejects.toMatchObject(refusal);
  });
});

describe("a token that is bound to both", () => {
  it("needs both", async () => {
    const { show, prove, jkt } = openPossession();
    const confirmation = { ...alice.confirmation, jkt };
    const certificate = alice.der;
    await expect(show({ confirmation, certificate, proofs: [await prove()] })).resolves.toBeUndefined();
    await expect(show({ confirmation, certificate })).rejects.toMatchObject({ reason: "proof" });
    await expect(show({ confirmation, proofs: [await prove()] })).rejects.toMatchObject(refusal);
    await expect(show({ confirmation, certificate, scheme: "Bearer" })).rejects.toMatchObject(refusal);
  });
});
