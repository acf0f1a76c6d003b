import { describe, expect, it } from "vitest";
import { proofs, someTarget } from "../../../../../test/support/token-service.ts";
import { defaultAuthSettings } from "../config/default-auth-settings.ts";
import { generateSigningKey } from "../config/read-signing-key.ts";
import { createDpopProver } from "../oauth/dpop.ts";
import { ActorToken } from "../values/actor-token.ts";
import { MultiStringValue } from "../values/multi-string-value.ts";
import { Secret } from "../values/secret.ts";
import { type Errand, type Parties, toErrand } from "./errand.ts";
import { createRefreshChains } from "./refresh-chains.ts";
import { type TokenBinding, unbound } from "./token-binding.ts";
import type { TargetDescription, TokenTarget } from "./token-target.ts";

interface Source {
  readonly notation: string;
  readonly text: string | undefined;
}

const list = MultiStringValue.from;
const withSettings = (changes: Partial<typeof defaultAuthSettings>): Partial<TargetDescription> => ({
  settings: { ...defaultAuthSettings, ...changes },
});
const withDialect = (changes: Partial<typeof defaultAuthSettings.dialect>): Partial<TargetDescription> =>
  withSettings({ dialect: { ...defaultAuthSettings.dialect, ...changes } });
const errandOf = (target: TokenTarget, parties: Parties): Errand =>
  toErrand(target, { ...parties, proofs }, createRefreshChains(Date.now));

const changes: Readonly<Record<string, Partial<TargetDescription>>> = {
  "the client": { clientId: "b" },
  "the client authentication": { authentication: "client_secret_post" },
  "the grant": { grantType: "tokenExchange" },
  "the audience": { audience: list("a") },
  "the resource": { resource: list("https://a/") },
  "the scope": { scope: list("a") },
  "the requested token type": { requestedTokenType: "urn:x" },
  "the issuer of the instance": { authority: "https://b/" },
  "the authority of the settings": withSettings({ authority: "https://c/" }),
  "the token endpoint": withSettings({ tokenEndpoint: "https://as.example.com/other" }),
  "the tenant": withSettings({ tenant: "acme" }),
  "a parameter": withSettings({ parameters: [["a", "b"]] }),
  "another cut of the parameter": withSettings({ parameters: [["ab", ""]] }),
  "the longest use": withSettings({ maxDelegatedTtlMs: 1_000 }),
  "the guard": withSettings({ audienceGuard: "fail" }),
  strictness: withDialect({ strictProtocol: true }),
  "the certificate": { binding: { ...unbound, certificateThumbprint: "thumbprint" } },
  "how the server is trusted": { binding: { ...unbound, serverTrust: "trust" } },
  "what is asked for first": { first: someTarget({ clientId: "first" }) },
  "another that is asked for first": { first: someTarget({ clientId: "other" }) },
};

describe("createTokenTarget", () => {
  const plain = someTarget();

  it.each(Object.entries(changes))("tells targets apart by %s", (_, change) => {
    expect(someTarget(change).key).not.toBe(plain.key);
  });

  it("gives every change a key of its own", () => {
    const keys = Object.values(changes).map((change) => someTarget(change).key);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it("tells targets apart by the certificate where there is a DPoP key, too", () => {
    const dpop = createDpopProver({ key: generateSigningKey(), now: Date.now });
    const keyOf = (binding: Partial<TokenBinding>): string => someTarget({ binding: { ...unbound, ...binding } }).key;
    const bindings = [{ dpop }, { dpop, certificateThumbprint: "one" }, { dpop, certificateThumbprint: "other" }];
    expect(new Set([...bindings, { certificateThumbprint: "one" }].map(keyOf)).size).toBe(4);
  });

  it.each<[string, number, (name: string) => Source]>([
    ["two places", 2, (name) => ({ notation: `\${file:/run/${name}}`, text: "same" })],
    ["one place, whatever it holds", 1, (name) => ({ notation: `\${file:/run/token}`, text: name })],
    ["two texts", 2, (name) => ({ notation: "given", text: name })],
    ["one text, given twice", 1, () => ({ notation: "given", text: "same" })],
    ["a provider, asked for two services", 2, () => ({ notation: "provider", text: undefined })],
  ])("knows workloads by their assertions: %s", (_case, count, toSource) => {
    const keys = ["services.a", "services.b"].map((service) => {
      const { notation, text } = toSource(service);
      const peek = (): Secret | undefined => (text === undefined ? undefined : new Secret(text));
      const clientAssertion = { notation, peek, read: peek };
      return someTarget({ ...withSettings({ clientAssertion }), authentication: "workload_identity", service }).key;
    });
    expect(new Set(keys).size).toBe(count);
    expect(keys.join(" ")).not.toContain("same");
  });

  it("tells targets apart by a given subject token type", () => {
    expect(someTarget({}, "urn:x").key).not.toBe(plain.key);
  });

  it("keeps one key whatever the order of lists and the name of the service", () => {
    const one = someTarget({ scope: list("a b"), audience: list("c d"), service: "x" });
    const other = someTarget({ scope: list("b a"), audience: list("d c"), service: "y" });
    expect(one.key).toBe(other.key);
  });
});

describe("toErrand", () => {
  const exchange = someTarget({ grantType: "tokenExchange" });
  const alice = new ActorToken("alice");
  const robot = { token: new ActorToken("robot"), tokenType: "urn:x" };
  const parties: Readonly<Record<string, Parties>> = {
    nobody: {},
    alice: { subject: alice },
    bob: { subject: new ActorToken("bob") },
    "alice with an actor": { subject: alice, actor: robot },
    "alice with another actor": { subject: alice, actor: { ...robot, token: new ActorToken("robot2") } },
    "alice with the actor's token of another type": { subject: alice, actor: { ...robot, tokenType: "urn:y" } },
  };

  it("gives each pair of parties a key and a place of its own", () => {
    const errands = Object.values(parties).map((one) => errandOf(exchange, one));
    expect(new Set(errands.map(({ key }) => key)).size).toBe(errands.length);
    expect(new Set(errands.map(({ partyKey }) => partyKey)).size).toBe(errands.length);
  });

  it("takes the given type of the subject token, else what the token is", () => {
    const given = someTarget({ grantType: "tokenExchange" }, "urn:given");
    const foreign = new ActorToken(`eyJ.${Buffer.from('{"iss":"https://other/"}').toString("base64url")}.x`);
    const own = new ActorToken(`eyJ.${Buffer.from('{"iss":"https://as.example.com"}').toString("base64url")}.x`);
    const types = [
      errandOf(given, { subject: alice }),
      errandOf(exchange, { subject: alice }),
      errandOf(exchange, { subject: foreign }),
      errandOf(exchange, { subject: own }),
    ].map(({ subject }) => subject?.tokenType.replace(/.*:/, ""));
    expect(types).toEqual(["given", "access_token", "jwt", "access_token"]);
  });
});
