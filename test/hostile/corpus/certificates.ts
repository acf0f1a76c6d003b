import { refused } from "../expected.ts";
import type { HostileCase, Members, RequestHead, Surroundings, Theme } from "../vocabulary.ts";

const bound = ({ certificates }: Surroundings): Members => ({ cnf: { "x5t#S256": certificates.client.thumbprint } });

const bindings: readonly HostileCase[] = [
  ["empty", {}],
  ["of SHA-1", { "x5t#S1": "AAAAAAAAAAAAAAAAAAAAAAAAAAA" }],
  ["with an empty thumbprint", { "x5t#S256": "" }],
  ["with a number", { "x5t#S256": 7 }],
  ["with a list", { "x5t#S256": ["x"] }],
].map(([name, cnf]) => ({ name: `cnf ${name}`, make: { claims: { cnf } }, expect: refused.binding }));

const confirmed = (name: string, cnf: (surroundings: Surroundings) => unknown): HostileCase => ({
  name,
  make: { claims: (surroundings) => ({ cnf: cnf(surroundings) }) },
  expect: refused.binding,
});

export const certificates: Theme = {
  name: "client certificates",
  twin: "certificate",
  tls: true,
  claims: bound,
  cases: [
    {
      name: "no certificate, with a token that was let in before",
      make: { certificate: null, remembered: true },
      expect: refused.binding,
    },
    { name: "no certificate", make: { certificate: null }, expect: refused.binding },
    { name: "another certificate of the same authority", make: { certificate: "other" }, expect: refused.binding },
    {
      name: "a certificate of one's own with the same name",
      make: { certificate: "selfSigned" },
      expect: refused.binding,
    },
    {
      name: "the certificate in a header that nobody configured",
      make: {
        certificate: null,
        request: (head) => ({
          ...head,
          headers: [...head.headers, ["Client-Cert", ":MIIB:"], ["X-SSL-Client-Cert", "MIIB"]],
        }),
      },
      expect: refused.binding,
    },
    confirmed("thumbprint in capitals", ({ certificates: { client } }) => ({
      "x5t#S256": client.thumbprint.toUpperCase(),
    })),
    confirmed("thumbprint in hexadecimal digits", ({ certificates: { client } }) => ({
      "x5t#S256": Buffer.from(client.thumbprint, "base64url").toString("hex"),
    })),
    confirmed("thumbprint with padding", ({ certificates: { client } }) => ({ "x5t#S256": `${client.thumbprint}=` })),
    confirmed("a key besides, without a proof of it", ({ certificates: { client } }) => ({
      "x5t#S256": client.thumbprint,
      jkt: "A".repeat(43),
    })),
    ...bindings,
  ],
  harmless: [
    { name: "a certificate that no token asks for", make: { claims: { cnf: undefined }, certificate: "other" } },
  ],
};

const forwarded = (name: string, write: (value: string, other: string) => RequestHead["headers"]): HostileCase => ({
  name,
  make: {
    request: (head, { certificates: { client, other } }) => ({
      ...head,
      headers: [...head.headers.filter(([header]) => header !== "Client-Cert"), ...write(client.header, other.header)],
    }),
  },
  expect: refused.binding,
});

/** Behind a proxy that ends TLS, and tells the certificate as RFC 9440 has it. */
export const forwardedCertificates: Theme = {
  name: "certificates from a proxy",
  twin: "forwardedCertificate",
  claims: bound,
  inbound: () => ({ clientCertificateHeader: "client-cert" }),
  cases: [
    forwarded("no header", () => []),
    forwarded("an empty header", () => [["Client-Cert", ""]]),
    forwarded("another certificate", (_value, other) => [["Client-Cert", other]]),
    forwarded("two headers", (value, other) => [
      ["Client-Cert", other],
      ["Client-Cert", value],
    ]),
    forwarded("the same header twice", (value) => [
      ["Client-Cert", value],
      ["Client-Cert", value],
    ]),
    forwarded("two certificates in one header", (value, other) => [["Client-Cert", `${other}, ${value}`]]),
    forwarded("without its colons", (value) => [["Client-Cert", value.slice(1, -1)]]),
    forwarded("not base64", () => [["Client-Cert", ":%%%%:"]]),
    forwarded("no certificate at all", () => [["Client-Cert", ":AAAA:"]]),
    forwarded("in the chain's header alone", (value) => [["Client-Cert-Chain", value]]),
  ],
};
