import { beforeAll, describe, expect, it } from "vitest";
import {
  createCertificateAuthority,
  createSelfSigned,
  type KeyPair,
} from "../../../../../test/support/certificates.ts";
import type { AuthSettings } from "../config/auth-settings.ts";
import { defaultAuthSettings } from "../config/default-auth-settings.ts";
import { generateSigningKey } from "../config/read-signing-key.ts";
import type { SecretSource } from "../config/secret-source.ts";
import { createDpopSettings } from "../config/sources/dpop-settings.ts";
import { ConfigurationError } from "../errors/configuration-error.ts";
import { Secret } from "../values/secret.ts";
import { unbound } from "./token-binding.ts";
import { createTokenBindings } from "./token-bindings.ts";

let one: KeyPair;
let other: KeyPair;
let ca: string;

beforeAll(async () => {
  [one, other] = await Promise.all([createSelfSigned("one"), createSelfSigned("other")]);
  ca = (await createCertificateAuthority()).certificate;
});

/** A source whose text a test can change. */
interface Changing extends SecretSource {
  text: string;
}

const changing = (text: string): Changing => ({
  text,
  notation: "test",
  peek() {
    return new Secret(this.text);
  },
  read() {
    return new Secret(this.text);
  },
});

const withSettings = (changes: Partial<AuthSettings>): AuthSettings => ({ ...defaultAuthSettings, ...changes });
const open = () => createTokenBindings(Date.now);
const method = "client_secret_basic";

const pairOf = ({ certificate, privateKey }: KeyPair) => ({
  certificate: changing(certificate),
  privateKey: changing(privateKey),
});

describe("a binding", () => {
  it("is none where nothing is set", () => {
    expect(open().of(defaultAuthSettings, method, "")).toBe(unbound);
  });

  it("is the same object as long as nothing changes", () => {
    const bindings = open();
    const settings = withSettings({ clientCertificate: pairOf(one), dpop: createDpopSettings(true) });
    expect(bindings.of(settings, method, "")).toBe(bindings.of(settings, method, ""));
    expect(bindings.of({ ...settings }, method, "")).toBe(bindings.of(settings, method, ""));
    expect(bindings.of(settings, "tls_client_auth", "")).not.toBe(bindings.of(settings, method, ""));
  });

  it.each([
    ["by a secret, unbound", method, false, [undefined, undefined, undefined]],
    ["by a secret, bound", method, true, ["one", "one", "thumbprint"]],
    ["by the certificate, unbound", "tls_client_auth", false, ["one", undefined, undefined]],
    ["by the certificate, bound", "self_signed_tls_client_auth", true, ["one", "one", "thumbprint"]],
  ] as const)("shows the certificate where it is to: %s", (...[, authentication, certificateBoundTokens, expected]) => {
    const settings = withSettings({ clientCertificate: pairOf(one), certificateBoundTokens });
    const { serverIdentity, backendIdentity, certificateThumbprint } = open().of(settings, authentication, "");
    const name = (text: string | undefined): string | undefined => (text === one.certificate ? "one" : text);
    expect([name(serverIdentity?.certificate), name(backendIdentity?.certificate)]).toEqual(expected.slice(0, 2));
    expect(certificateThumbprint).toBe(expected[2] && one.thumbprint);
  });

  it("keeps its slots and changes its keys when the certificate is renewed", () => {
    const bindings = open();
    const clientCertificate = pairOf(one);
    const settings = withSettings({ clientCertificate, certificateBoundTokens: true });
    const before = bindings.of(settings, method, "");
    clientCertificate.certificate.text = other.certificate;
    clientCertificate.privateKey.text = other.privateKey;
    const after = bindings.of(settings, method, "");
    expect(after.certificateThumbprint).toBe(other.thumbprint);
    expect(after.backendIdentity?.slot).toBe(before.backendIdentity?.slot);
    expect(after.backendIdentity?.key).not.toBe(before.backendIdentity?.key);
    expect(before.serverIdentity?.slot).not.toBe(before.backendIdentity?.slot);
  });

  it("stays while certificate and key are not both renewed", () => {
    const bindings = open();
    const clientCertificate = pairOf(one);
    const settings = withSettings({ clientCertificate, certificateBoundTokens: true });
    const before = bindings.of(settings, method, "");
    clientCertificate.certificate.text = other.certificate;
    expect(bindings.of(settings, method, "")).toBe(before);
    expect(bindings.of({ ...settings, parameters: [["a", "b"]] }, method, "")).toBe(before);
    clientCertificate.privateKey.text = other.privateKey;
    expect(bindings.of(settings, method, "").certificateThumbprint).toBe(other.thumbprint);
  });

  it.each([
    ["p%40ss%3A%2F", "p@ss:/"],
    ["50%", "50%"],
  ])("carries authorities and proxy on both legs, the password %s apart from the URL", (written, password) => {
    const proxy = changing(`http://orders:${written}@127.0.0.1:3128`);
    const settings = withSettings({ ca: changing(ca), proxy });
    const { serverIdentity, backendIdentity } = open().of(settings, method, "");
    for (const identity of [serverIdentity, backendIdentity]) {
      expect(identity?.ca).toBe(ca);
      const through = typeof identity?.proxy === "object" ? identity.proxy : undefined;
      expect(through?.url).toBe("http://127.0.0.1:3128");
      const given = Buffer.from(through?.authorization?.value().slice("Basic ".length) ?? "", "base64");
      expect(given.toString()).toBe(`orders:${password}`);
    }
  });

  it("has a key of its own for each that is made, and one for all that inherit it", () => {
    const bindings = open();
    const [made, inherited, another] = [createDpopSettings(true), undefined, createDpopSettings(true)];
    const thumbprintOf = (dpop: AuthSettings["dpop"], changes: Partial<AuthSettings> = {}): string | undefined =>
      bindings.of(withSettings({ dpop, ...changes }), method, "").dpop?.thumbprint;
    expect(thumbprintOf(inherited)).toBeUndefined();
    expect(thumbprintOf(made)).toBe(thumbprintOf(made, { tenant: "acme" }));
    expect(thumbprintOf(made)).not.toBe(thumbprintOf(another));
  });

  it("has another key when the source gives another, and the same one until then", () => {
    const bindings = open();
    let key = generateSigningKey();
    const settings = withSettings({ dpop: { key: { read: () => key } } });
    const before = bindings.of(settings, method, "");
    expect(bindings.of({ ...settings }, method, "")).toBe(before);
    key = generateSigningKey();
    const after = bindings.of(settings, method, "");
    expect(after.dpop?.thumbprint).not.toBe(before.dpop?.thumbprint);
    expect(bindings.of(settings, method, "")).toBe(after);
  });

  it("keeps its key while the source gives none", () => {
    const bindings = open();
    const keys = [generateSigningKey(), undefined, undefined];
    const settings = withSettings({ dpop: { key: { read: () => keys.shift() } } });
    const thumbprints = [1, 2, 3].map(() => bindings.of(settings, method, "").dpop?.thumbprint);
    expect([keys.length, new Set(thumbprints).size]).toEqual([0, 1]);
  });

  it("names how the server is trusted and reached, and not the user of the proxy", () => {
    const trustOf = (changes: Partial<AuthSettings>): string =>
      open().of(withSettings({ dpop: createDpopSettings(true), ...changes }), method, "").serverTrust;
    const via = (url: string) => ({ proxy: changing(url) });
    const [plain, pinned] = [trustOf({}), trustOf({ ca: changing(ca) })];
    const [one, another] = ["http://127.0.0.1:3128", "http://127.0.0.1:3129"].map((url) => trustOf(via(url)));
    expect(plain).toBe("");
    expect(
      new Set([plain, pinned, one, another, trustOf({ ca: changing(ca), ...via("http://127.0.0.1:3128") })]).size,
    ).toBe(5);
    expect(trustOf({ ca: changing(ca) })).toBe(pinned);
    expect(trustOf(via("http://anna:secret@127.0.0.1:3128"))).toBe(one);
  });
});

describe("what cannot be used", () => {
  it.each<[string, () => Partial<AuthSettings>]>([
    [
      "a key of another certificate",
      () => ({ clientCertificate: { ...pairOf(one), privateKey: changing(other.privateKey) } }),
    ],
    ["a certificate that is none", () => ({ clientCertificate: { ...pairOf(one), certificate: changing("none") } })],
    ["an authority that is none", () => ({ ca: changing("none") })],
    ["a proxy that is no URL", () => ({ proxy: changing("marker-5ec2e7") })],
  ])("is a problem of the configuration: %s", (_what, toSettings) => {
    const read = (): unknown =>
      open().of(withSettings({ certificateBoundTokens: true, ...toSettings() }), method, "services.a");
    expect(read).toThrow(ConfigurationError);
    expect(read).toThrow(/services\.a/);
    expect(read).not.toThrow(/marker-5ec2e7/);
  });
});
