import { describe, expect, it } from "vitest";
import { some } from "../../support/some.ts";
import { startAs } from "../../support/start-servers.ts";
import { the } from "../../support/the.ts";
import { openFront } from "./open-front.ts";

const audience = the.clientId;
const credentials = { clientId: the.clientId, clientSecret: the.clientSecret };

/** Opaque tokens of the scripted server begin with `opaque-`. */
const opaque = { type: "introspection", audience, tokenPrefix: "opaque-" } as const;
const apiKey = { type: "custom", tokenPrefix: "key_", authenticate: () => ({ subject: "shop" }) } as const;

describe("several authenticators on one header", () => {
  const inbound = { authenticators: { jwt: { audience }, opaque, apiKey } };

  it("know their own: a JWT by its issuer, others by how they begin", async () => {
    const { as, look } = await openFront({ inbound });
    const shown = [await as.issue(some.claims()), as.issueOpaque(some.claims()), "key_1"];
    for (const [index, token] of shown.entries()) {
      const authenticator = ["jwt", "opaque", "apiKey"][index];
      expect(await look(token)).toMatchObject({ authenticator });
      expect(await look(token)).toMatchObject({ authenticator });
    }
    expect(as.count("introspection")).toBe(1);
  });

  it.each([
    ["an opaque token that begins otherwise", "nobody-s-token", "malformed"],
    ["a JWT of another issuer", "jwt", "issuer"],
  ])("ask nobody about %s", async (_case, given, reason) => {
    const { as, verdict } = await openFront({ inbound });
    const token = given === "jwt" ? await as.issue(some.claims({ iss: "https://evil.example" })) : given;
    expect(await verdict(token)).toBe(reason);
    expect(as.requests).toEqual([]);
  });

  it("refuse a token whose owner refuses it, whatever the others would say", async () => {
    const open = { type: "custom", authenticate: () => ({ subject: "root" }) } as const;
    const { as, verdict } = await openFront({ inbound: { authenticators: { jwt: { audience }, open } } });
    expect(await verdict(await as.issue(some.claims({ aud: the.otherAudience })))).toBe("audience");
    expect(await verdict(await as.issue(some.claims(), { key: "stranger" }))).toBe("signature");
  });
});

describe("an opaque token of another server", () => {
  it("is sent to one server only", async () => {
    const other = await startAs();
    const partner = { ...opaque, authority: other.issuer, ...credentials, tokenPrefix: "partner-" };
    const { as, verdict } = await openFront({ inbound: { authenticators: { opaque, partner } } });
    const counts = (): readonly number[] => [as.requests.length, other.requests.length];
    expect([await verdict("partner-1"), ...counts()]).toEqual(["inactive", 0, 2]);
    expect([await verdict("opaque-1"), ...counts()]).toEqual(["inactive", 2, 2]);
    expect([await verdict("neither-1"), ...counts()]).toEqual(["malformed", 2, 2]);
  });

  it("is the first server's that takes any, and no second one is asked when it says no", async () => {
    const other = await startAs();
    const any = { type: "introspection", audience } as const;
    const inbound = {
      authenticators: {
        home: { ...any, authorizationHeader: "authorization" },
        partner: { ...any, authority: other.issuer, ...credentials, authorizationHeader: "x-partner-token" },
      },
    };
    const { as, verdict } = await openFront({ inbound });
    const token = other.issueOpaque(some.claims());
    expect([await verdict(token), as.count("introspection"), other.requests]).toEqual(["inactive", 1, []]);
    expect(await verdict({ headers: ["x-partner-token", token] })).toBe("accepted");
    expect(as.count("introspection")).toBe(1);
  });
});

describe("several headers", () => {
  const inbound = {
    authenticators: {
      jwt: { audience },
      apiKey: { ...apiKey, authorizationHeader: "X-API-Key" },
    },
  };

  it("have authenticators of their own", async () => {
    const { as, look, verdict } = await openFront({ inbound });
    const token = await as.issue(some.claims());
    expect(await look({ headers: ["x-api-key", "key_1"] })).toMatchObject({ authenticator: "apiKey" });
    expect(await verdict({ headers: ["x-api-key", token] })).toBe("malformed");
    expect(await verdict("key_1")).toBe("malformed");
  });

  it("carry one credential together", async () => {
    const { as, verdict } = await openFront({ inbound });
    const headers = ["authorization", `Bearer ${await as.issue(some.claims())}`, "x-api-key", "key_1"];
    expect(await verdict({ headers })).toBe("twoTokens");
  });

  it("are not read where the route does not want them", async () => {
    const { as, verdict } = await openFront({ inbound });
    const headers = ["authorization", `Bearer ${await as.issue(some.claims())}`, "x-api-key", "key_1"];
    expect(await verdict({ headers }, { authenticators: "jwt" })).toBe("accepted");
    expect(await verdict({ headers: ["x-api-key", "key_1"] }, { authenticators: "jwt" })).toBe("missing");
  });
});
