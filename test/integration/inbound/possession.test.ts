import type { InboundOptions } from "behalf";
import { beforeAll, describe, expect, it } from "vitest";
import { toJwkThumbprint } from "../../../packages/behalf/src/lib/values/jwk-thumbprint.ts";
import { createSelfSigned, type KeyPair } from "../../support/certificates.ts";
import { signCompact, toAth, toJwk } from "../../support/possession.ts";
import { recordEvents } from "../../support/record-events.ts";
import { createTestKey } from "../../support/signing-key.ts";
import { some } from "../../support/some.ts";
import { type Front, openFront, type Shown } from "./open-front.ts";

type Members = Readonly<Record<string, unknown>>;

interface BoundFront extends Front {
  /** A token that is bound to the client's key. */
  readonly token: string;
  prove(claims?: Members): Promise<string>;
  /** A good request with this proof, or a new one. */
  show(proof?: string, changes?: Members): Promise<Shown>;
}

const resource = "https://api.example";

async function openBound(inbound: Partial<InboundOptions> = {}, opaque = false): Promise<BoundFront> {
  const front = await openFront({ inbound: { resource, ...inbound } });
  const { as, clock } = front;
  const client = createTestKey.ES256();
  const claims = some.claims({ cnf: { jkt: toJwkThumbprint(toJwk(client)) } });
  const token = opaque ? as.issueOpaque(claims) : await as.issue(claims);
  const prove = (changes: Members = {}): Promise<string> => {
    const good = { jti: crypto.randomUUID(), htm: "GET", htu: `${resource}/orders`, iat: clock.now() / 1000 };
    const payload = JSON.stringify({ ...good, ath: toAth(token), ...changes });
    return signCompact(client, { typ: "dpop+jwt", alg: "ES256", jwk: toJwk(client) }, payload);
  };
  return {
    ...front,
    token,
    prove,
    show: async (proof, changes = {}) => ({
      headers: ["authorization", `DPoP ${token}`, "dpop", proof ?? (await prove())],
      url: "/orders?page=2",
      ...changes,
    }),
  };
}

describe("a token that is bound to a key", () => {
  it.each([
    ["a JWT", {}, false],
    ["a token that its issuer is asked about", { type: "introspection" } as const, true],
  ])("comes in with a proof, again and again: %s", async (_case, inbound, opaque) => {
    const records = recordEvents("behalf:inbound");
    const { verdict, show } = await openBound(inbound, opaque);
    expect([await verdict(await show()), await verdict(await show())]).toEqual(["accepted", "accepted"]);
    expect(records.map(({ remembered }) => remembered)).toEqual([false, true]);
  });

  it.each([
    ["a JWT", {}, false],
    ["a token that its issuer is asked about", { type: "introspection" } as const, true],
  ])("is refused as a mere bearer, unknown and remembered: %s", async (_case, inbound, opaque) => {
    const { token, verdict, show } = await openBound(inbound, opaque);
    expect(await verdict(token)).toBe("binding");
    expect(await verdict(await show())).toBe("accepted");
    expect(await verdict(token)).toBe("binding");
    expect(await verdict({ headers: ["authorization", `Bearer ${token}`, "dpop", "x"] })).toBe("binding");
  });

  it("is refused with a proof that was used, also by another request for it", async () => {
    const { prove, verdict, show } = await openBound();
    const proof = await prove();
    expect(await verdict(await show(proof))).toBe("accepted");
    expect(await verdict(await show(proof))).toBe("replay");
    expect(await verdict(await show(proof, { url: "/orders" }))).toBe("replay");
    expect(await verdict(await show())).toBe("accepted");
  });

  it("is let in by one of those who show one proof at the same time", async () => {
    const { prove, verdict, show } = await openBound();
    const shown = await show(await prove());
    const verdicts = await Promise.all(Array.from({ length: 20 }, () => verdict(shown)));
    expect(verdicts.filter((one) => one === "accepted")).toHaveLength(1);
    expect(new Set(verdicts)).toEqual(new Set(["accepted", "replay"]));
  });

  it.each([
    ["another method", { htm: "POST" }],
    ["another path", { htu: `${resource}/admin` }],
    ["another host", { htu: "https://evil.example/orders" }],
    ["another token", { ath: toAth("another") }],
    ["no token", { ath: undefined }],
    ["another time", { iat: 1 }],
  ])("is refused with a proof for %s, also when it is remembered", async (_case, claims) => {
    const { prove, verdict, show } = await openBound();
    expect(await verdict(await show())).toBe("accepted");
    expect(await verdict(await show(await prove(claims)))).toBe("proof");
  });

  it("is refused with a proof by another key", async () => {
    const { verdict, show } = await openBound();
    const stranger = await openBound();
    const proof = await stranger.prove();
    expect(await verdict(await show())).toBe("accepted");
    expect(await verdict(await show(proof))).toMatch(/^(proof|binding)$/);
  });

  it("leaves a token that is bound to nothing as it is, but not under the scheme DPoP", async () => {
    const { as, verdict, prove } = await openBound();
    const free = await as.issue(some.claims());
    expect(await verdict(free)).toBe("accepted");
    const headers = ["authorization", `DPoP ${free}`, "dpop", await prove({ ath: toAth(free) })];
    expect(await verdict({ headers, url: "/orders" })).toBe("binding");
  });

  it("is the only kind that comes in where it is required", async () => {
    const { as, verdict, show } = await openBound({ dpop: { required: true } });
    const free = await as.issue(some.claims());
    expect([await verdict(free), await verdict(free), await verdict(await show())]).toEqual([
      "binding",
      "binding",
      "accepted",
    ]);
  });

  it("never comes in where proofs are not known", async () => {
    const { token, verdict, show } = await openBound({ dpop: false });
    expect([await verdict(await show()), await verdict(token)]).toEqual(["binding", "binding"]);
  });
});

describe("the URLs of an API", () => {
  it("are the resource and those that are public besides, with what stands before its paths", async () => {
    const { prove, verdict, show } = await openBound({ publicUrls: ["https://edge.example/orders-api"] });
    const proofFor = async (htu: string): Promise<string> => verdict(await show(await prove({ htu })));
    expect(await proofFor(`${resource}/orders`)).toBe("accepted");
    expect(await proofFor("https://edge.example/orders-api/orders")).toBe("accepted");
    expect(await proofFor("https://edge.example/orders")).toBe("proof");
    expect(await proofFor("https://other.example/orders-api/orders")).toBe("proof");
  });

  it("are not what the Host header says", async () => {
    const { token, prove, verdict } = await openBound();
    const proof = await prove({ htu: "https://evil.example/orders" });
    const headers = ["host", "evil.example", "authorization", `DPoP ${token}`, "dpop", proof];
    expect(await verdict({ headers, url: "/orders" })).toBe("proof");
  });
});

describe("a nonce", () => {
  const inbound = { dpop: { nonce: true } } as const;

  it("is given to who has none, and is good for the next requests", async () => {
    const { behalf, prove, receive, show } = await openBound(inbound);
    const shown = await show();
    const headers = typeof shown === "string" ? [] : shown.headers;
    let nonce = "";
    const context = behalf.receive({
      rawHeaders: headers,
      method: "GET",
      url: "/orders",
      setResponseHeader: (name, value) => {
        if (name.toLowerCase() === "dpop-nonce") nonce = value;
      },
      onHangUp() {},
    });
    await expect(behalf.authenticateCaller(context)).rejects.toMatchObject({ reason: "nonce" });
    expect(nonce).not.toBe("");
    for (const _ of [1, 2]) {
      const { caller, responseHeaders } = await receive(await show(await prove({ nonce })));
      expect([caller?.subject, responseHeaders.has("dpop-nonce")]).toEqual(["alice", false]);
    }
  });

  it("is needed again where the token is remembered, and must be one of ours", async () => {
    const { prove, verdict, show } = await openBound(inbound);
    for (const nonce of [undefined, "", "made-up"]) {
      expect(await verdict(await show(await prove({ nonce })))).toBe("nonce");
    }
  });
});

describe("a token that is bound to a certificate", () => {
  let shop: KeyPair;
  let stranger: KeyPair;

  const toDer = ({ certificate }: KeyPair): Buffer =>
    Buffer.from(certificate.replaceAll(/-----[^-]+-----|\s/g, ""), "base64");
  const toHeader = (pair: KeyPair): string => `:${toDer(pair).toString("base64")}:`;

  beforeAll(async () => {
    [shop, stranger] = [await createSelfSigned("shop"), await createSelfSigned("stranger")];
  });

  async function openCertified(inbound: Partial<InboundOptions> = {}) {
    const front = await openFront({ inbound });
    const token = await front.as.issue(some.claims({ cnf: { "x5t#S256": shop.thumbprint } }));
    return { ...front, token, headers: ["authorization", `Bearer ${token}`] };
  }

  it("comes in on a connection with the certificate, and on no other, also when it is remembered", async () => {
    const { verdict, headers } = await openCertified();
    expect(await verdict({ headers, certificate: toDer(shop) })).toBe("accepted");
    expect(await verdict({ headers, certificate: toDer(stranger) })).toBe("binding");
    expect(await verdict({ headers })).toBe("binding");
    expect(await verdict({ headers, certificate: toDer(shop) })).toBe("accepted");
  });

  it("comes in with the header of the proxy where one is configured: then the connection says nothing", async () => {
    const { verdict, headers } = await openCertified({ clientCertificateHeader: "Client-Cert" });
    expect(await verdict({ headers: [...headers, "client-cert", toHeader(shop)] })).toBe("accepted");
    expect(await verdict({ headers: [...headers, "client-cert", toHeader(stranger)] })).toBe("binding");
    expect(await verdict({ headers, certificate: toDer(shop) })).toBe("binding");
  });

  it("does not come in with a header that nobody configured", async () => {
    const { verdict, headers } = await openCertified();
    expect(await verdict({ headers: [...headers, "client-cert", toHeader(shop)] })).toBe("binding");
  });

  it("does not come in with the certificate twice", async () => {
    const { verdict, headers } = await openCertified({ clientCertificateHeader: "Client-Cert" });
    const twice = ["client-cert", toHeader(stranger), "Client-Cert", toHeader(shop)];
    expect(await verdict({ headers: [...headers, ...twice] })).toBe("binding");
  });
});
