import { inspect } from "node:util";
import { describe, expect, it, onTestFinished } from "vitest";
import type { OwnAuth } from "../../packages/behalf/src/lib/config/own-auth.ts";
import type { UserInfo } from "../../packages/behalf/src/lib/oauth/request-user-info.ts";
import {
  createUserInfo,
  type UserInfoCaller,
  type UserInfoSource,
} from "../../packages/behalf/src/lib/services/create-user-info.ts";
import { ActorToken } from "../../packages/behalf/src/lib/values/actor-token.ts";
import { MultiStringValue } from "../../packages/behalf/src/lib/values/multi-string-value.ts";
import { openInquiries } from "../support/open-inquiries.ts";
import { fault, type ScriptedAs, type ScriptedAsOptions } from "../support/scripted-as.ts";
import { some } from "../support/some.ts";
import { startAs } from "../support/start-servers.ts";
import { the } from "../support/the.ts";

const email = "alice@example.com";

interface World {
  readonly as: ScriptedAs;
  /** Alice's token, as her browser's application got it. */
  readonly token: string;
  ask(changes?: Partial<UserInfoCaller>, own?: OwnAuth): Promise<UserInfo>;
}

async function open(
  userInfoGrant: UserInfoSource["userInfoGrant"] = "forward",
  server: ScriptedAsOptions = {},
): Promise<World> {
  const as = await startAs(server);
  as.setUserInfo(the.alice, { email });
  const { dependencies, node, close } = openInquiries(as);
  onTestFinished(close);
  const askUserInfo = createUserInfo(dependencies);
  const token = await as.issue(some.claims());
  const caller = { token: new ActorToken(token), issuer: as.issuer, subject: the.alice, client: "web-shop" };
  return {
    as,
    token,
    ask: (changes, own) =>
      askUserInfo({ ...caller, ...changes }, { userInfoGrant, auth: node(own) }, new AbortController().signal),
  };
}

const listShown = (as: ScriptedAs): readonly (string | undefined)[] =>
  as.requests.filter(({ endpoint }) => endpoint === "userinfo").map(({ headers }) => headers.authorization);

describe("userinfo by the caller's own token", () => {
  it("gives the claims about the caller", async () => {
    const { as, token, ask } = await open();
    expect(await ask()).toEqual({ sub: the.alice, email });
    expect([listShown(as), as.tokenRequests.length]).toEqual([[`Bearer ${token}`], 0]);
  });

  it.each([
    ["another issuer", "https://login.example.net"],
    ["an issuer with a slash more", "/"],
  ])("does not show the token of %s to the server", async (_case, named) => {
    const { as, ask } = await open();
    const issuer = named === "/" ? `${as.issuer}/` : named;
    await expect(ask({ issuer })).rejects.toMatchObject({ code: "BEHALF_CONFIG_INVALID" });
    expect(as.count("userinfo")).toBe(0);
  });

  it("shows the token to nobody where the metadata is another issuer's", async () => {
    const { as, ask } = await open();
    as.faults.always("metadata", fault.change({ issuer: "https://evil.example" }));
    await expect(ask({ issuer: "https://evil.example" })).rejects.toMatchObject({ code: "BEHALF_TOKEN_UNREADABLE" });
    expect(as.count("userinfo")).toBe(0);
  });

  it("takes no answer about somebody else", async () => {
    const { ask } = await open();
    await expect(ask({ subject: the.bob })).rejects.toMatchObject({ code: "BEHALF_TOKEN_UNREADABLE" });
  });

  it("is refused with a token that was revoked", async () => {
    const { as, token, ask } = await open();
    as.revoke(token);
    await expect(ask()).rejects.toMatchObject({ code: "BEHALF_TOKEN_REFUSED", error: "invalid_token", status: 401 });
  });

  it("reads an answer that is signed for the client of the token", async () => {
    const { ask } = await open("forward", { signsUserInfo: true });
    expect(await ask()).toMatchObject({ sub: the.alice, email });
  });

  it.each([
    ["by another key", fault.signedClaims({}, { key: "stranger" })],
    ["by nobody", fault.unsigned()],
    ["for another client", fault.signedClaims({ aud: the.otherClientId })],
    ["by another issuer", fault.signedClaims({ iss: "https://evil.example" })],
  ])("cannot use an answer that is signed %s", async (_case, given) => {
    const { as, ask } = await open("forward", { signsUserInfo: true });
    as.faults.always("userinfo", given);
    await expect(ask()).rejects.toMatchObject({ code: "BEHALF_TOKEN_UNREADABLE" });
  });

  it.each([
    ["BEHALF_TOKEN_UNREADABLE", fault.html()],
    ["BEHALF_TOKEN_UNREADABLE", fault.hugeBody()],
    ["BEHALF_TOKEN_UNREADABLE", fault.status(302, { location: "/userinfo?again" })],
    ["BEHALF_TOKEN_UNREACHABLE", fault.status(503)],
    ["BEHALF_TOKEN_UNREACHABLE", fault.tooManyRequests(7)],
  ])("fails as %s, and tells of no token", async (code, given) => {
    const { as, token, ask } = await open();
    as.faults.always("userinfo", given);
    const error: unknown = await ask().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code, client: the.clientId });
    const printed = inspect(error, { depth: 9, showHidden: true }) + JSON.stringify(error);
    expect([token, email].filter((secret) => printed.includes(secret))).toEqual([]);
  });
});

describe("userinfo by a token that is obtained by exchange", () => {
  it("shows that token, and never the caller's", async () => {
    const { as, token, ask } = await open("tokenExchange");
    expect(await ask({}, { scope: MultiStringValue.from("openid") })).toEqual({ sub: the.alice, email });
    expect(as.tokenRequest().form.get("subject_token")).toBe(token);
    expect(as.tokenRequest().form.get("scope")).toBe("openid");
    expect(listShown(as)).toEqual([expect.stringMatching(/^Bearer ./)]);
    expect(listShown(as)).not.toContain(`Bearer ${token}`);
  });

  it("asks for that token once", async () => {
    const { as, ask } = await open("tokenExchange");
    await ask();
    await ask();
    expect([as.tokenRequests.length, as.count("userinfo")]).toEqual([1, 2]);
  });

  it("asks nobody where the exchange is refused", async () => {
    const { as, ask } = await open("tokenExchange");
    as.faults.always("token", fault.oauthError("invalid_grant"));
    await expect(ask()).rejects.toMatchObject({ code: "BEHALF_TOKEN_REFUSED", error: "invalid_grant" });
    expect(as.count("userinfo")).toBe(0);
  });
});
