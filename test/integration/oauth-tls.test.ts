import { decodeJwt } from "jose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ClientCredentials, TokenRequest } from "../../packages/behalf/src/lib/oauth/token-request.ts";
import {
  type ConnectionIdentity,
  createConnectionIdentity,
} from "../../packages/behalf/src/lib/values/connection-identity.ts";
import { Secret } from "../../packages/behalf/src/lib/values/secret.ts";
import { openServer } from "../support/ask-server.ts";
import { createCertificateAuthority, createSelfSigned, type KeyPair } from "../support/certificates.ts";
import { type ScriptedAs, startScriptedAs } from "../support/scripted-as.ts";
import { some } from "../support/some.ts";
import { the } from "../support/the.ts";
import { someTokenRequest } from "../support/token-request.ts";

let ca: string;
let vouchedFor: KeyPair;
let selfSigned: KeyPair;
let servers: readonly ScriptedAs[];

beforeAll(async () => {
  const authority = await createCertificateAuthority();
  ca = authority.certificate;
  [vouchedFor, selfSigned] = await Promise.all([authority.issueClient("orders"), createSelfSigned("orders")]);
  const clients = [
    some.client({ clientId: "vouched-for", clientSecret: undefined, tlsSubject: vouchedFor.subject }),
    some.client({ clientId: "self-signed", clientSecret: undefined, certificateThumbprints: [selfSigned.thumbprint] }),
    some.client({ certificateBound: true }),
  ];
  const { certificate, privateKey } = await authority.issueServer();
  const tls = { certificate, privateKey, clientCa: ca };
  servers = await Promise.all(
    [true, false].map((mtlsAlias) => startScriptedAs({ clients, tls: { ...tls, mtlsAlias } })),
  );
});
afterAll(() => Promise.all(servers.map((as) => as.close())));

const identify = (pair: KeyPair): ConnectionIdentity =>
  createConnectionIdentity({
    slot: "orders",
    certificate: pair.certificate,
    privateKey: new Secret(pair.privateKey),
    ca,
  });

const ways: readonly (readonly [string, () => KeyPair, Partial<TokenRequest> & { credentials: ClientCredentials }])[] =
  [
    [
      "tls_client_auth",
      () => vouchedFor,
      { credentials: { clientId: "vouched-for", authentication: "tls_client_auth" } },
    ],
    [
      "self_signed_tls_client_auth",
      () => selfSigned,
      { credentials: { clientId: "self-signed", authentication: "self_signed_tls_client_auth" } },
    ],
    [
      "client_secret_basic",
      () => vouchedFor,
      {
        credentials: {
          clientId: the.clientId,
          clientSecret: new Secret(the.clientSecret),
          authentication: "client_secret_basic",
        },
        certificateBound: true,
      },
    ],
  ];

describe("the client shows its certificate", () => {
  it.each(ways)("by %s, at the address for it, if there is one", async (method, pair, changes) => {
    for (const as of servers) {
      const identity = identify(pair());
      const server = openServer(as.issuer, { identity });
      const { token } = await server.ask(someTokenRequest({ identity, ...changes }));
      const { presented, origin } = as.tokenRequest();
      expect([presented.authentication, `${origin}/token`]).toEqual([method, as.mtlsTokenEndpoint]);
      expect(presented.certificateThumbprint).toBe(pair().thumbprint);
      if (changes.certificateBound) {
        expect(decodeJwt(token.value()).cnf).toEqual({ "x5t#S256": pair().thumbprint });
      }
      await server.close();
    }
  });
});
