import { inspect } from "node:util";
import { describe, expect, it, onTestFinished } from "vitest";
import type { OwnAuth } from "../../packages/behalf/src/lib/config/own-auth.ts";
import { createKeyRack } from "../../packages/behalf/src/lib/config/sources/key-rack.ts";
import { createGivenSource, createTextSource } from "../../packages/behalf/src/lib/config/sources/text-source.ts";
import type { Introspected } from "../../packages/behalf/src/lib/oauth/request-introspection.ts";
import {
  createIntrospection,
  type IntrospectionOptions,
} from "../../packages/behalf/src/lib/services/create-introspection.ts";
import { ActorToken } from "../../packages/behalf/src/lib/values/actor-token.ts";
import { createCertificateAuthority } from "../support/certificates.ts";
import { openInquiries } from "../support/open-inquiries.ts";
import { fault, type ScriptedAs, type ScriptedAsOptions } from "../support/scripted-as.ts";
import { createTestKey } from "../support/signing-key.ts";
import { some } from "../support/some.ts";
import { startAs } from "../support/start-servers.ts";
import { the } from "../support/the.ts";

const { key } = createTestKey.ES256();

interface World {
  readonly as: ScriptedAs;
  ask(token: string, own?: OwnAuth, signal?: AbortSignal): Promise<Introspected>;
}

async function open(options: Partial<IntrospectionOptions> = {}, server: ScriptedAsOptions = {}): Promise<World> {
  const as = await startAs({ clients: [some.client({ keys: [key.publicJwk ?? {}] })], ...server });
  const { dependencies, node, close } = openInquiries(as);
  onTestFinished(close);
  const introspect = createIntrospection(dependencies, { authorization: "client", ...options });
  return {
    as,
    ask: (token, own, signal = new AbortController().signal) => introspect(node(own), new ActorToken(token), signal),
  };
}

describe("introspection", () => {
  it("tells what the server knows of an opaque token", async () => {
    const { as, ask } = await open();
    const members = await ask(as.issueOpaque(some.claims()));
    expect(members).toMatchObject({ active: true, iss: as.issuer, ...some.claims() });
  });

  it("tells of a JWT that the server signed, and of none that somebody else did", async () => {
    const { as, ask } = await open();
    expect(await ask(await as.issue(some.claims()))).toMatchObject({ sub: the.alice });
    expect(await ask(await as.issue(some.claims(), { key: "stranger" }))).toBeUndefined();
  });

  it("tells nothing of a token that was revoked, or never was", async () => {
    const { as, ask } = await open();
    const token = as.issueOpaque(some.claims());
    as.revoke(token);
    expect([await ask(token), await ask("never-issued")]).toEqual([undefined, undefined]);
  });

  it.each([
    ["client_secret_basic", {}],
    ["client_secret_post", {}],
    ["client_secret_jwt", {}],
    ["private_key_jwt", { privateKey: createKeyRack([key]) }],
    ["private_key_jwt", { privateKey: createKeyRack([key]), assertionAudience: "issuer" }],
  ] as const)("authenticates by %s", async (clientAuthentication, own) => {
    const { as, ask } = await open();
    expect(await ask(as.issueOpaque(some.claims()), { clientAuthentication, ...own })).toBeDefined();
    expect(as.requests.at(-1)?.presented.authentication).toBe(clientAuthentication);
  });

  it("names the token endpoint in its assertion where the server wants that, for it is one audience for all", async () => {
    const { as, ask } = await open({}, { assertionAudiences: ["tokenEndpoint"], clients: [some.client()] });
    const own = { clientAuthentication: "client_secret_jwt", assertionAudience: "tokenEndpoint" } as const;
    expect(await ask(as.issueOpaque(some.claims()), own)).toBeDefined();
  });

  it("puts the token into the form, and into no address", async () => {
    const { as, ask } = await open();
    const token = as.issueOpaque(some.claims());
    await ask(token);
    const sent = as.requests.filter(({ endpoint }) => endpoint === "introspection");
    expect(sent.map(({ form, query }) => [form.get("token"), form.get("token_type_hint"), query.size])).toEqual([
      [token, "access_token", 0],
    ]);
  });

  it("asks the endpoint of the metadata, whatever token endpoint is configured", async () => {
    const { as, ask } = await open();
    expect(await ask(as.issueOpaque(some.claims()), { tokenEndpoint: `${as.url}/elsewhere` })).toBeDefined();
  });

  it("sends the token nowhere where the metadata is another issuer's", async () => {
    const { as, ask } = await open();
    as.faults.always("metadata", fault.change({ issuer: "https://evil.example" }));
    await expect(ask("a-token")).rejects.toMatchObject({ code: "BEHALF_TOKEN_UNREADABLE" });
    expect(as.count("introspection")).toBe(0);
  });

  it("tries the credentials once more that the source holds after a refusal", async () => {
    const { as, ask } = await open();
    let present = "outdated";
    const recheck = (): void => {
      present = the.clientSecret;
    };
    const clientSecret = createTextSource({ notation: "test", readText: () => present, recheck });
    expect(await ask(as.issueOpaque(some.claims()), { clientSecret })).toBeDefined();
    expect(as.count("introspection")).toBe(2);
  });

  it("is refused where the credentials are wrong, and there are no others", async () => {
    const { as, ask } = await open();
    await expect(ask("a-token", { clientSecret: createGivenSource("wrong") })).rejects.toMatchObject({
      code: "BEHALF_TOKEN_REFUSED",
      error: "invalid_client",
      client: the.clientId,
      service: "inbound",
    });
    expect(as.count("introspection")).toBe(1);
  });
});

describe("introspection with a certificate", () => {
  it("asks at the address that takes certificates", async () => {
    const authority = await createCertificateAuthority();
    const [server, client] = await Promise.all([authority.issueServer(), authority.issueClient("orders")]);
    const { as, ask } = await open(
      {},
      {
        clients: [some.client({ clientSecret: undefined, tlsSubject: client.subject })],
        tls: { ...server, clientCa: authority.certificate, mtlsAlias: true },
      },
    );
    const certificate = createGivenSource(client.certificate);
    const own = {
      clientAuthentication: "tls_client_auth",
      clientCertificate: { certificate, privateKey: createGivenSource(client.privateKey) },
      ca: createGivenSource(authority.certificate),
    } as const;
    expect(await ask(as.issueOpaque(some.claims()), own)).toMatchObject({ sub: the.alice });
    expect(as.requests.at(-1)?.origin).toBe(new URL(as.mtlsTokenEndpoint).origin);
    expect(as.requests.at(-1)?.origin).not.toBe(as.url);
  });
});

describe("introspection by a token of this API", () => {
  it("asks for that token once, and shows no credentials", async () => {
    const { as, ask } = await open({ authorization: "bearer" });
    const token = as.issueOpaque(some.claims());
    expect([await ask(token), await ask(token)]).toMatchObject([{ sub: the.alice }, { sub: the.alice }]);
    const sent = as.requests.filter(({ endpoint }) => endpoint === "introspection");
    expect(sent.map(({ headers }) => headers.authorization?.split(" ")[0])).toEqual(["Bearer", "Bearer"]);
    expect(sent.flatMap(({ form }) => [...form.keys()])).not.toContain("client_id");
    expect(as.tokenRequests).toHaveLength(1);
  });

  it("asks for another one once where it is refused", async () => {
    const { as, ask } = await open({ authorization: "bearer" });
    const token = as.issueOpaque(some.claims());
    await ask(token);
    as.revoke(as.requests.at(-1)?.headers.authorization?.split(" ")[1] ?? "");
    expect(await ask(token)).toMatchObject({ sub: the.alice });
    expect(as.tokenRequests).toHaveLength(2);
  });

  it("gives up where the other one is refused, too", async () => {
    const { as, ask } = await open({ authorization: "bearer" });
    as.faults.always("introspection", fault.status(401, { "www-authenticate": 'Bearer error="invalid_token"' }));
    await expect(ask("a-token")).rejects.toMatchObject({ code: "BEHALF_TOKEN_REFUSED", error: "invalid_token" });
    expect([as.tokenRequests.length, as.count("introspection")]).toEqual([2, 2]);
  });
});

describe("a signed answer", () => {
  it.each([
    ["asked for", { signedAnswers: true }, {}],
    ["unasked", {}, { signsIntrospection: true }],
  ])("is read: %s", async (_case, options, server) => {
    const { as, ask } = await open(options, server);
    expect(await ask(as.issueOpaque(some.claims()))).toMatchObject(some.claims());
    expect(await ask("never-issued")).toBeUndefined();
  });

  it("is for the client whose token asks", async () => {
    const { as, ask } = await open({ authorization: "bearer", signedAnswers: true });
    expect(await ask(as.issueOpaque(some.claims()))).toMatchObject(some.claims());
  });

  it.each([
    ["by another key", fault.signedClaims({}, { key: "stranger" })],
    ["by nobody", fault.unsigned()],
    ["for another client", fault.signedClaims({ aud: the.otherClientId })],
    ["by another issuer", fault.signedClaims({ iss: "https://evil.example" })],
    ["as an access token", fault.signedClaims({}, { typ: "at+jwt" })],
  ])("cannot be used: %s", async (_case, given) => {
    const { as, ask } = await open({}, { signsIntrospection: true });
    as.faults.always("introspection", given);
    await expect(ask(as.issueOpaque(some.claims()))).rejects.toMatchObject({ code: "BEHALF_TOKEN_UNREADABLE" });
  });
});

describe("an introspection that fails", () => {
  it.each([
    ["BEHALF_TOKEN_UNREADABLE", fault.html()],
    ["BEHALF_TOKEN_UNREADABLE", fault.hugeBody()],
    ["BEHALF_TOKEN_UNREADABLE", fault.change({ active: "true" })],
    ["BEHALF_TOKEN_UNREADABLE", fault.malformedJson()],
    ["BEHALF_TOKEN_UNREADABLE", fault.status(302, { location: "/introspect?again" })],
    ["BEHALF_TOKEN_UNREACHABLE", fault.status(503)],
    ["BEHALF_TOKEN_UNREACHABLE", fault.tooManyRequests(7)],
    ["BEHALF_TOKEN_UNREACHABLE", fault.drop()],
    ["BEHALF_TOKEN_REFUSED", fault.oauthError("invalid_request", { members: { error_description: the.markerSecret } })],
  ])("fails as %s, and tells of no token", async (code, given) => {
    const { as, ask } = await open();
    as.faults.always("introspection", given);
    const token = as.issueOpaque(some.claims({ email: the.markerSecret }));
    const error: unknown = await ask(token).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code, client: the.clientId });
    const printed = inspect(error, { depth: 9, showHidden: true }) + JSON.stringify(error);
    expect([token, the.markerSecret, the.clientSecret].filter((secret) => printed.includes(secret))).toEqual([]);
  });

  it("is repeated once where the connection broke", async () => {
    const { as, ask } = await open();
    as.faults.next("introspection", fault.drop());
    expect(await ask(as.issueOpaque(some.claims()))).toMatchObject({ sub: the.alice });
  });

  it("does not follow a redirect", async () => {
    const { as, ask } = await open();
    as.faults.always("introspection", fault.status(307, { location: `${as.introspectionEndpoint}?again` }));
    await expect(ask("a-token")).rejects.toMatchObject({ status: 307 });
    expect(as.count("introspection")).toBe(1);
  });

  it.each(["metadata", "introspection"] as const)(
    "ends with the caller's hang-up, waiting for %s",
    async (endpoint) => {
      const { as, ask } = await open();
      const gate = as.hold(endpoint);
      const controller = new AbortController();
      const asked = ask("a-token", {}, controller.signal);
      const gone = new Error("gone");
      await Promise.all([gate.arrived().then(() => controller.abort(gone)), expect(asked).rejects.toBe(gone)]);
      gate.release();
    },
  );

  it.each(["metadata", "introspection"] as const)(
    "ends after five seconds without %s",
    async (endpoint) => {
      const { as, ask } = await open();
      as.hold(endpoint);
      const startedAt = performance.now();
      await expect(ask("a-token")).rejects.toMatchObject({ code: "BEHALF_TOKEN_TIMEOUT", client: the.clientId });
      expect(performance.now() - startedAt).toBeLessThan(6_500);
    },
    10_000,
  );
});
