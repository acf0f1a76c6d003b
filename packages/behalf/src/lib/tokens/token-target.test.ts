import { describe, expect, it } from "vitest";
import { someTokenRequest } from "../../../../../test/support/token-request.ts";
import { issuer, someTarget } from "../../../../../test/support/token-service.ts";
import type { TokenRequest } from "../oauth/token-request.ts";
import { ActorToken } from "../values/actor-token.ts";
import { MultiStringValue } from "../values/multi-string-value.ts";
import { Secret } from "../values/secret.ts";
import { type Parties, toErrand } from "./errand.ts";
import { createTokenTarget } from "./token-target.ts";

const credentials = { clientId: "a", clientSecret: new Secret("s"), authentication: "client_secret_basic" } as const;
const list = MultiStringValue.from;

const changes: Readonly<Record<string, Partial<TokenRequest>>> = {
  "the client": { credentials: { ...credentials, clientId: "b" } },
  "the client authentication": { credentials: { ...credentials, authentication: "client_secret_post" } },
  "the grant": { grantType: "tokenExchange" },
  "the audience": { audience: list("a") },
  "the resource": { resource: list("https://a/") },
  "the scope": { scope: list("a") },
  "the requested token type": { requestedTokenType: "urn:x" },
};

describe("createTokenTarget", () => {
  const plain = someTarget({ credentials });

  it.each(Object.entries(changes))("tells targets apart by %s", (_, change) => {
    expect(someTarget({ credentials, ...change }).key).not.toBe(plain.key);
  });

  it("tells targets apart by the issuer and by a given subject token type", () => {
    const request = someTokenRequest({ credentials });
    const keys = [
      createTokenTarget(request, issuer),
      createTokenTarget(request, "https://b/"),
      someTarget({ credentials }, "urn:x"),
    ];
    expect(new Set(keys.map(({ key }) => key)).size).toBe(3);
  });

  it("keeps one key whatever the order of lists and the name of the service", () => {
    const one = someTarget({ scope: list("a b"), audience: list("c d"), service: "x" });
    const other = someTarget({ scope: list("b a"), audience: list("d c"), service: "y" });
    expect(one.key).toBe(other.key);
  });

  it("has no secret in its key", () => {
    const other = { ...credentials, clientSecret: new Secret("another") };
    expect(someTarget({ credentials: other }).key).toBe(plain.key);
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
    const errands = Object.values(parties).map((one) => toErrand(exchange, one));
    expect(new Set(errands.map(({ key }) => key)).size).toBe(errands.length);
    expect(new Set(errands.map(({ partyKey }) => partyKey)).size).toBe(errands.length);
  });

  it("takes the given type of the subject token, else what the token is", () => {
    const given = someTarget({ grantType: "tokenExchange" }, "urn:given");
    const foreign = new ActorToken(`eyJ.${Buffer.from('{"iss":"https://other/"}').toString("base64url")}.x`);
    const own = new ActorToken(`eyJ.${Buffer.from('{"iss":"https://as.example.com"}').toString("base64url")}.x`);
    const types = [
      toErrand(given, { subject: alice }),
      toErrand(exchange, { subject: alice }),
      toErrand(exchange, { subject: foreign }),
      toErrand(exchange, { subject: own }),
    ].map(({ subject }) => subject?.tokenType.replace(/.*:/, ""));
    expect(types).toEqual(["given", "access_token", "jwt", "access_token"]);
  });
});
