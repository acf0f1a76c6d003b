import { X509Certificate } from "node:crypto";
import { createServer, request } from "node:https";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { checkServerIdentity, type TLSSocket } from "node:tls";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CertificateAuthority, createCertificateAuthority, createSelfSigned } from "./certificates.ts";
import { the } from "./the.ts";

let authority: CertificateAuthority;
let port: number;
let stop: () => void;

beforeAll(async () => {
  authority = await createCertificateAuthority();
  const { certificate: cert, privateKey: key } = await authority.issueServer();
  const server = createServer(
    { cert, key, ca: authority.certificate, requestCert: true, rejectUnauthorized: false },
    ({ socket }, response) => {
      const { authorized } = socket as TLSSocket;
      const { fingerprint256 = "" } = (socket as TLSSocket).getPeerCertificate();
      response.end(JSON.stringify({ authorized, fingerprint256 }));
    },
  );
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  port = (server.address() as AddressInfo).port;
  stop = () => server.close();
});
afterAll(() => stop());

interface Client {
  readonly host?: string;
  readonly ca?: string;
  readonly pair?: { readonly certificate: string; readonly privateKey: string };
}

async function call({ host = "127.0.0.1", ca = authority.certificate, pair }: Client = {}) {
  const identity = pair ? { cert: pair.certificate, key: pair.privateKey } : {};
  const body = await new Promise<string>((done, fail) => {
    const sending = request({ host, port, ca, agent: false, ...identity }, (response) => done(text(response)));
    sending.on("error", fail).end();
  });
  const seen: { authorized: boolean; fingerprint256: string } = JSON.parse(body);
  const thumbprint = Buffer.from(seen.fingerprint256.replaceAll(":", ""), "hex").toString("base64url");
  return { authorized: seen.authorized, thumbprint };
}

describe("the certificate of a server", () => {
  it.each(["127.0.0.1", "localhost"])("is accepted for %s", async (host) => {
    expect(await call({ host })).toEqual({ authorized: false, thumbprint: "" });
  });

  it("is refused by who trusts another authority of the same name", async () => {
    const { certificate: ca } = await createCertificateAuthority();
    await expect(call({ ca })).rejects.toThrow("certificate signature failure");
  });

  it("is refused for another host", async () => {
    const { certificate } = await authority.issueServer();
    const peer = new X509Certificate(certificate).toLegacyObject();
    expect(checkServerIdentity("other.example", peer)).toMatchObject({ code: "ERR_TLS_CERT_ALTNAME_INVALID" });
  });
});

describe("the certificate of a client", () => {
  it("is accepted with its thumbprint", async () => {
    const pair = await authority.issueClient(the.clientId);
    expect(await call({ pair })).toEqual({ authorized: true, thumbprint: pair.thumbprint });
  });

  it("is not authorized when self-signed, and still has its thumbprint", async () => {
    const pair = await createSelfSigned(the.clientId);
    expect(await call({ pair })).toEqual({ authorized: false, thumbprint: pair.thumbprint });
  });

  it.each([
    ["a common name", "orders-api", "CN=orders-api"],
    ["a common name with a comma", "Orders, Inc.", "CN=Orders\\, Inc."],
    ["a distinguished name", "CN=orders-api, O=Example", "CN=orders-api, O=Example"],
  ])("is issued for %s", async (_case, subject, name) => {
    const pair = await authority.issueClient(subject);
    expect(pair.subject).toBe(name);
    expect(new X509Certificate(pair.certificate).subject.split("\n")).toContain(name.replace(/, O=.*/, ""));
  });

  it("has another key each time", async () => {
    const [one, two] = [await createSelfSigned(the.clientId), await createSelfSigned(the.clientId)];
    expect(one.privateKey).not.toBe(two.privateKey);
    expect(one.thumbprint).not.toBe(two.thumbprint);
  });
});
