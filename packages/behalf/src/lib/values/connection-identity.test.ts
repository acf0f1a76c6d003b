import { inspect } from "node:util";
import { beforeAll, describe, expect, it } from "vitest";
import { createCertificateAuthority, type KeyPair } from "../../../../../test/support/certificates.ts";
import { type ConnectionIdentity, createConnectionIdentity } from "./connection-identity.ts";
import { Secret } from "./secret.ts";

type Parts = Omit<ConnectionIdentity, "key">;

let first: KeyPair;
let second: KeyPair;
let ca: string;

beforeAll(async () => {
  const authority = await createCertificateAuthority();
  ca = authority.certificate;
  first = await authority.issueClient("first");
  second = await authority.issueClient("second");
});

const toParts = ({ certificate, privateKey }: KeyPair, more: Partial<Parts> = {}): Parts => ({
  slot: "tenant-a",
  certificate,
  privateKey: new Secret(privateKey),
  ...more,
});

const toKey = (parts: Parts): string => createConnectionIdentity(parts).key;
const proxyAs = (password: string): Parts["proxy"] => ({
  url: "http://proxy.example:3128",
  authorization: new Secret(`Basic ${password}`),
});

describe("createConnectionIdentity", () => {
  it("gives the same key for the same parts", () => {
    const parts = { ca, proxy: proxyAs("a") };
    expect(toKey(toParts(first, parts))).toBe(toKey(toParts(first, parts)));
  });

  it("gives another key when any part changes", () => {
    const bare: Parts = { slot: "a" };
    const keys = [
      bare,
      { slot: "b" },
      { slot: "" },
      { ...bare, ca },
      { ...bare, proxy: { url: "http://proxy.example:3128" } },
      { ...bare, proxy: { url: "http://proxy.example:3129" } },
      { ...bare, proxy: proxyAs("a") },
      { ...bare, proxy: proxyAs("b") },
      toParts(first),
      toParts(second),
      toParts(first, { ca }),
      toParts(first, { certificate: `${first.certificate}\n${second.certificate}` }),
    ].map(toKey);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it("lets no character move from one part to the next", () => {
    const text = (slot: string, url: string): string => toKey({ slot, proxy: { url } });
    expect(text("a", "http://b.example")).not.toBe(text("a-16:http://b.example", "http://b.example"));
    expect(text("a-", "http://b.example")).not.toBe(text("a", "http://b.example"));
  });

  it("prints neither key nor password", () => {
    const identity = createConnectionIdentity(toParts(first, { proxy: proxyAs("pa55word") }));
    const printed = [inspect(identity, { depth: 9, showHidden: true }), JSON.stringify(identity), `${identity.key}`];
    const secretPart = first.privateKey.split("\n")[1];
    for (const text of printed) {
      expect(text).not.toContain(secretPart);
      expect(text).not.toContain("PRIVATE KEY");
      expect(text).not.toContain("pa55word");
    }
    expect(identity.privateKey?.value()).toBe(first.privateKey);
  });

  it("cannot be changed", () => {
    const identity = createConnectionIdentity({ slot: "a", proxy: proxyAs("a") });
    expect([Object.isFrozen(identity), Object.isFrozen(identity.proxy)]).toEqual([true, true]);
  });
});

describe("createConnectionIdentity refuses", () => {
  const refusal = (parts: Parts): unknown => {
    try {
      return createConnectionIdentity(parts);
    } catch (error) {
      return error;
    }
  };

  it("a private key that is not that of the certificate", () => {
    const parts = toParts(first, { privateKey: new Secret(second.privateKey) });
    expect(refusal(parts)).toEqual(new TypeError("The private key is not that of the certificate."));
  });

  it("a certificate or a private key alone", () => {
    expect(refusal(toParts(first, { privateKey: undefined }))).toEqual(
      new TypeError("The certificate has no private key beside it."),
    );
    expect(refusal(toParts(first, { certificate: undefined }))).toEqual(
      new TypeError("The private key has no certificate beside it."),
    );
  });

  it.each([
    ["certificate", { certificate: "no PEM" }, "The certificate is not PEM that can be read."],
    ["key", { privateKey: new Secret("no PEM") }, "The private key is not unencrypted PEM that can be read."],
    ["trusted certificate", { ca: "no PEM" }, "The trusted certificates are not PEM that can be read."],
  ])("a %s that cannot be read, without quoting it", (_case, changes, message) => {
    expect(refusal(toParts(first, changes))).toEqual(new TypeError(message));
  });

  it.each(["proxy.example", "socks5://proxy.example", "http://user@proxy.example", "http://:pa55@proxy.example", ""])(
    "the proxy %j without quoting it",
    (url) => {
      const message = "The proxy is not an http(s) URL without user and password.";
      expect(refusal({ slot: "a", proxy: { url } })).toEqual(new TypeError(message));
    },
  );
});
