import { describe, expect, it } from "vitest";
import { proofs, someTarget } from "../../../../../test/support/token-service.ts";
import { ActorToken } from "../values/actor-token.ts";
import { digest } from "../values/digest.ts";
import { toErrand } from "./errand.ts";
import { createPartyNumbering, type PartyNumbers, toOwner } from "./number-parties.ts";
import { createRefreshChains } from "./refresh-chains.ts";

const numbers = createPartyNumbering();
const chains = createRefreshChains(Date.now);
const exchange = someTarget({ grantType: "tokenExchange" });
const jwt = (claims: object): ActorToken =>
  new ActorToken(`eyJ.${Buffer.from(JSON.stringify(claims)).toString("base64url")}.x`);
const alice = { iss: "https://as", sub: "alice", sid: "s-1" };
const toErrandFor = (subject: ActorToken | undefined, target = exchange) =>
  toErrand(target, { proofs, subject }, chains);
const numbersOf = (subject: ActorToken | undefined, numbering = numbers): PartyNumbers =>
  numbering.of(toErrandFor(subject));
const ownerOf = (subject: ActorToken | undefined): number => toOwner(numbersOf(subject));

describe("the numbers of a party", () => {
  it("are the same for all tokens of one session", () => {
    const [one, other] = [1, 2].map((iat) => numbersOf(jwt({ ...alice, iat })));
    expect(one).toEqual(other);
    expect(Object.values(one ?? {}).every((number) => number > 0 && number < 2 ** 30)).toBe(true);
  });

  it("are those of their names", () => {
    expect(numbersOf(jwt(alice))).toEqual({
      issuer: numbers.ofIssuer("https://as/"),
      subject: numbers.ofDigest("subject", digest("alice")),
      session: numbers.ofDigest("session", digest("s-1")),
    });
  });

  it("are others in another process", () => {
    const [here, there] = [numbersOf(jwt(alice)), numbersOf(jwt(alice), createPartyNumbering())];
    expect([here.issuer === there.issuer, here.subject === there.subject, here.session === there.session]).toEqual(
      Array(3).fill(false),
    );
  });

  it("are those of the token where it says nothing, and nobody knows more", () => {
    const [one, same, other] = ["opaque", "opaque", "other"].map((text) => numbersOf(new ActorToken(text)));
    expect(one).toMatchObject({ issuer: 0, session: 0 });
    expect(one).toEqual(same);
    expect(one?.subject).not.toBe(other?.subject);
  });

  it("are those that somebody knows for a token that says nothing", () => {
    const known = createPartyNumbering(() => ({ issuer: "https://as", subject: "alice", sessionId: "s-1" }));
    expect(numbersOf(new ActorToken("opaque"), known)).toEqual(numbersOf(jwt(alice), known));
  });

  it("are those of the token that a refresh token brought", () => {
    const errand = toErrandFor(new ActorToken("refresh-1"), someTarget({ grantType: "refreshToken" }));
    expect(numbers.of(errand, jwt(alice))).toEqual(numbersOf(jwt(alice)));
  });

  it("are 0 for this API itself", () => {
    expect(numbersOf(undefined)).toEqual({ issuer: 0, subject: 0, session: 0 });
  });
});

describe("the number of an owner", () => {
  it.each([
    ["another subject", { iss: "https://as", sub: "bob" }],
    ["the subject of another issuer", { iss: "https://other", sub: "alice" }],
    ["a token without a subject", { iss: "https://as" }],
  ])("is another one for %s", (_, claims) => {
    expect(ownerOf(jwt(claims))).not.toBe(ownerOf(jwt(alice)));
  });

  it("is the same in all sessions of a person", () => {
    expect(ownerOf(jwt({ ...alice, sid: "s-2" }))).toBe(ownerOf(jwt(alice)));
  });

  it("is 0 for this API itself", () => {
    expect(ownerOf(undefined)).toBe(0);
  });
});
