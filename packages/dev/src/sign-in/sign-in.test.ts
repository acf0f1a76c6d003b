import { decodeJwt } from "jose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createBrowser } from "../../test/browser.ts";
import { beginSignIn, signIn } from "../../test/sign-in.ts";
import { type AuthorizationServer, startAuthorizationServer } from "../index.ts";

let server: AuthorizationServer;
beforeAll(async () => {
  server = await startAuthorizationServer({
    people: [
      { id: "alice", name: "Alice Archer", email: "alice@example.test" },
      { id: "mallory", name: "<script>alert(1)</script>", email: "m@example.test" },
    ],
  });
});
afterAll(() => server.close());

const pick = (person: string): RequestInit => ({ method: "POST", body: new URLSearchParams({ person }) });

describe("signing in", () => {
  it("shows everybody as a button", async () => {
    const { url } = await beginSignIn({ issuer: server.issuer });
    const page = await createBrowser().open(url);
    expect(page.status).toBe(200);
    expect(page.body).toMatch(/<button name="person" value="alice">[\s\S]*Alice Archer[\s\S]*<\/button>/);
    expect(page.body).not.toContain("<script>");
    expect(page.headers.get("content-security-policy")).toContain("default-src 'none'");
  });

  it("signs in the person whose button is pressed", async () => {
    const browser = createBrowser();
    const { url, finish } = await beginSignIn({ issuer: server.issuer });
    const page = await browser.open(url);
    const { location = "" } = await browser.open(page.url, pick("alice"));
    expect(decodeJwt((await finish(location)).access_token).sub).toBe("alice");
  });

  it("shows the page again for a person who does not exist", async () => {
    const browser = createBrowser();
    const { url } = await beginSignIn({ issuer: server.issuer });
    const page = await browser.open(url);
    expect((await browser.open(page.url, pick("nobody"))).body).toContain("Sign in as");
  });

  it("takes an e-mail address as login hint", async () => {
    const tokens = await signIn({ issuer: server.issuer, hint: "alice@example.test" });
    expect(decodeJwt(tokens.access_token).sub).toBe("alice");
  });

  it("says that a login hint is unknown, and lets one choose", async () => {
    const browser = createBrowser();
    const { url, finish } = await beginSignIn({ issuer: server.issuer, hint: "<b>carol" });
    const page = await browser.open(url);
    expect(page.body).toContain("Nobody here is called <strong>&lt;b&gt;carol</strong>");
    const { location = "" } = await browser.open(page.url, pick("alice"));
    expect(decodeJwt((await finish(location)).access_token).sub).toBe("alice");
  });

  it("remembers who signed in", async () => {
    const browser = createBrowser();
    await signIn({ issuer: server.issuer, hint: "alice", browser });
    expect(decodeJwt((await signIn({ issuer: server.issuer, browser })).access_token).sub).toBe("alice");
  });

  it("never takes the remembered person for the one who is hinted at", async () => {
    const browser = createBrowser();
    await signIn({ issuer: server.issuer, hint: "alice", browser });
    const { url } = await beginSignIn({ issuer: server.issuer, hint: "mallory" });
    const page = await browser.open(url);
    expect(page.location).toBeUndefined();
    expect(page.body).toContain("logout");
  });

  it("gives the token for the resource that the scopes belong to", async () => {
    const tokens = await signIn({ issuer: server.issuer, hint: "alice", scope: "openid orders:write", resource: "" });
    expect(decodeJwt(tokens.access_token)).toMatchObject({ aud: "orders-api", scope: "orders:write" });
  });

  it("explains a sign-in that has expired", async () => {
    const page = await createBrowser().open(`${server.issuer}/sign-in/gone`);
    expect(page.status).toBe(400);
    expect(page.body).toContain("Sign-in failed");
  });

  it("explains a request that cannot go back to its client", async () => {
    const page = await createBrowser().open(`${server.issuer}/auth?client_id=nobody`, {
      headers: { accept: "text/html" },
    });
    expect(page.status).toBe(400);
    expect(page.body).toContain("invalid_client");
  });
});
