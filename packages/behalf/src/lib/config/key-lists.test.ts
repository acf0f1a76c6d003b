import { generateKeyPairSync } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createCertificateAuthority } from "../../../../../test/support/certificates.ts";
import { configure, serviceOf } from "../../../../../test/support/configure.ts";
import { makeTemporaryFolder } from "../../../../../test/support/temporary-folder.ts";
import { isByCertificate } from "./certificate-methods.ts";
import { fromEnv, fromFile, fromProvider } from "./reference.ts";
import { resolveConfiguration } from "./resolve-configuration.ts";

const pair = generateKeyPairSync("ec", { namedCurve: "P-256" });
const pem = String(pair.privateKey.export({ type: "pkcs8", format: "pem" }));
const publicPem = String(pair.publicKey.export({ type: "spki", format: "pem" }));

/** A file that is there, and one that is not. */
function makeFiles(text: string): { readonly current: string; readonly next: string } {
  const folder = makeTemporaryFolder();
  const current = join(folder, "current");
  writeFileSync(current, text);
  return { current, next: join(folder, "next") };
}

const at = (members: object) => () => configure({ ...members });
const told = (configPath: string, given: RegExp) =>
  expect.objectContaining({ configPath, message: expect.stringMatching(given) });

describe("a list of private keys", () => {
  it.each([
    ["a public key", publicPem, /a public key/],
    ["a text that is none", "s3cret", /a text that is no private key/],
    ["a JWK that is none", { kty: "EC" }, /a public key/],
    ["one that is asked for", fromProvider(() => pem), /nothing that can be read at the start/],
  ])("is read to its end at the start: %s", (_, wrong, given) => {
    expect(at({ privateKey: [pem, wrong] })).toThrow(told("privateKey.1", given));
    expect(at({ privateKey: [pem, pem, wrong] })).toThrow(told("privateKey.2", given));
  });

  it("is read with what the level below says of it", () => {
    const inventory = { host: "https://inventory.example.com", signingAlgorithm: "RS256" };
    expect(configure({ privateKey: [pem, pem], services: { inventory } }).problems.map(({ path }) => path)).toEqual([
      "services.inventory.privateKey.0",
      "services.inventory.privateKey.1",
    ]);
  });

  it("may name a file that is not there yet beside one that is", () => {
    const { current, next } = makeFiles(pem);
    const configuration = configure({ privateKey: [fromFile(current), fromFile(next)] });
    const keys = serviceOf(configuration).auth.settings.privateKey;
    const first = keys?.read();
    expect(first).toBeDefined();
    expect(keys?.read(first)).toBeUndefined();
    writeFileSync(next, String(generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" })));
    expect(keys?.read(first)?.algorithm).toBe("EdDSA");
  });

  it("may name an absent file first, beside a key that is given", () => {
    expect(at({ privateKey: [fromFile(makeFiles(pem).next), pem] })).not.toThrow();
  });

  it("is refused when there is no key at all", () => {
    const { next } = makeFiles(pem);
    expect(at({ privateKey: fromFile(next) })).toThrow(told("privateKey", /which gives nothing/));
    expect(at({ privateKey: [fromFile(next)] })).toThrow(told("privateKey.0", /which gives nothing/));
    expect(at({ privateKey: [fromFile(next), fromFile(`${next}2`)] })).toThrow(
      told("privateKey.0", /which gives nothing.*\n.*privateKey.1/),
    );
  });
});

describe("a list of client secrets", () => {
  it("may name a file that is not there yet beside one that is", async () => {
    const { current, next } = makeFiles("first");
    const { auth } = serviceOf(configure({ clientSecret: [fromFile(current), fromFile(next)] }));
    const first = (await auth.getClientSecret()).unwrap();
    expect(first.value()).toBe("first");
    writeFileSync(next, "second");
    expect((await auth.getClientSecret(undefined, { refused: first })).unwrap().value()).toBe("second");
  });

  it("is read to its end at the start", () => {
    const environment = { A: "s3cret" };
    const read = (clientSecret: unknown) => () => configure({ clientSecret }, { environment });
    expect(read([fromEnv("A"), fromEnv("B")])).toThrow(told("clientSecret.1", /\$\{env:B\}, which gives nothing/));
    expect(read([fromEnv("A"), 5])).toThrow(told("clientSecret.1", /a number/));
    expect(read([fromFile(makeFiles("a").next)])).toThrow(told("clientSecret.0", /which gives nothing/));
  });
});

describe("what a connection is made with", () => {
  it("is told at its own place", async () => {
    const { certificate, privateKey } = await (await createCertificateAuthority()).issueClient("orders-api");
    const given = { certificate, privateKey };
    const wrong = (part: object) => at({ clientCertificate: { ...given, ...part } });
    expect(wrong({ privateKey: "s3cret" })).toThrow(told("clientCertificate.privateKey", /The private key is not/));
    expect(wrong({ privateKey: pem })).toThrow(told("clientCertificate.privateKey", /is not that of the certificate/));
    expect(wrong({ certificate: "s3cret" })).toThrow(told("clientCertificate.certificate", /is not PEM/));
    expect(at({ clientCertificate: given, ca: "s3cret" })).toThrow(told("ca", /what no connection/));
  });

  it.each(["garbage", "socks5://proxy.internal:1080", "proxy.internal:8080"])("is told of a proxy: %s", (proxy) => {
    expect(at({ proxy })).toThrow(told("proxy", /Give an http or https URL, with user and password if/));
  });

  it("may be a proxy with user and password", () => {
    expect(at({ proxy: "http://alice:s3cret@proxy.internal:8080" })).not.toThrow();
  });
});

describe("a credential that is missing", () => {
  const host = "https://inventory.example.com";
  const fixOf = (members: object): string | undefined =>
    configure({ clientSecret: "s", services: { inventory: { host, grantType: "CC", ...members } } }).problems[0]?.fix;

  it("is told with what needs it, and how to give it", () => {
    const fix = fixOf({ clientAuthentication: "private_key_jwt" });
    expect(fix).toMatch(/^clientAuthentication "private_key_jwt" needs it. Set "privateKey" here/);
    expect(fix).toMatch(/fromFile\("PATH"\) or fromEnv\("NAME"\)/);
    expect(fixOf({ certificateBoundTokens: true })).toMatch(/^"certificateBoundTokens" needs it/);
    expect(fixOf({ grantType: "refreshToken" })).toMatch(/^The grant type "refreshToken" needs it.*fromProvider/);
  });

  it("is told to be that of the default", () => {
    const services = { inventory: { host, grantType: "CC" } };
    const options = { authority: "https://login.example.com", clientId: "a", services };
    expect(
      resolveConfiguration(options as Parameters<typeof resolveConfiguration>[0], { environment: false }).problems,
    ).toMatchObject([
      { fix: expect.stringContaining('clientAuthentication "client_secret_basic", the default, needs it') },
    ]);
  });
});

it("tells the methods that show a certificate from the others", () => {
  const methods = ["tls_client_auth", "self_signed_tls_client_auth", "private_key_jwt", "none", undefined];
  expect(methods.map(isByCertificate)).toEqual([true, true, false, false, false]);
});
