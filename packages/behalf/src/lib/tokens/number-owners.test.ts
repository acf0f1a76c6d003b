import { describe, expect, it } from "vitest";
import { proofs, someTarget } from "../../../../../test/support/token-service.ts";
import { ActorToken } from "../values/actor-token.ts";
import { toErrand } from "./errand.ts";
import { createOwnerNumbers } from "./number-owners.ts";
import { createRefreshChains } from "./refresh-chains.ts";

const numberOwner = createOwnerNumbers();
const chains = createRefreshChains(Date.now);
const exchange = someTarget({ grantType: "tokenExchange" });
const jwt = (claims: object): ActorToken =>
  new ActorToken(`eyJ.${Buffer.from(JSON.stringify(claims)).toString("base64url")}.x`);
const ownerOf = (subject: ActorToken | undefined, number = numberOwner): number =>
  number(toErrand(exchange, { proofs, subject }, chains));

describe("the number of an owner", () => {
  it("is the same for all tokens of one person", () => {
    const [one, other] = [1, 2].map((iat) => ownerOf(jwt({ iss: "https://as", sub: "alice", iat })));
    expect(one).toBe(other);
    expect(one).toBeGreaterThan(0);
  });

  it.each([
    ["another subject", { iss: "https://as", sub: "bob" }],
    ["the subject of another issuer", { iss: "https://other", sub: "alice" }],
    ["a token without a subject", { iss: "https://as" }],
  ])("is another one for %s", (_, claims) => {
    expect(ownerOf(jwt(claims))).not.toBe(ownerOf(jwt({ iss: "https://as", sub: "alice" })));
  });

  it("is that of the token where it says nothing", () => {
    expect(ownerOf(new ActorToken("opaque"))).toBe(ownerOf(new ActorToken("opaque")));
    expect(ownerOf(new ActorToken("opaque"))).not.toBe(ownerOf(new ActorToken("other")));
  });

  it("is another one in another process", () => {
    const subject = new ActorToken("opaque");
    expect(ownerOf(subject)).not.toBe(ownerOf(subject, createOwnerNumbers()));
  });

  it("is 0 for this API itself", () => {
    expect(ownerOf(undefined)).toBe(0);
  });
});
