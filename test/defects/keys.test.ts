import {
  ActorToken,
  type AuthorizationService,
  createBehalf,
  HttpClientOptions,
  Outcome,
  toOutcomePromise,
} from "behalf";
import { describe, expect, it } from "vitest";
import { closeAfterTest, openRequest, receive, toRoot } from "../support/open-behalf.ts";
import { readClaims } from "../support/read-claims.ts";
import { showDeeply } from "../support/recording-logger.ts";
import { some } from "../support/some.ts";
import { startServers } from "../support/start-servers.ts";

/** The 32-bit hash of strings that Java and, seeded, .NET Framework have. */
const toHash = (text: string): number => [...text].reduce((hash, letter) => (hash * 31 + letter.charCodeAt(0)) | 0, 0);

const names = ["AaAa", "AaBB", "BBAa", "BBBB"] as const;

describe("services with names of one hash", () => {
  it("B-58: are told apart: each has its own host, its own path and its own token", async () => {
    expect(new Set(names.map(toHash)).size).toBe(1);
    const { as, backend } = await startServers();
    const toService = (name: string) => ({ host: backend.url, basePath: `/${name}`, audience: name });
    const services = {
      AaAa: toService("AaAa"),
      AaBB: toService("AaBB"),
      BBAa: toService("BBAa"),
      BBBB: toService("BBBB"),
    };
    const behalf = closeAfterTest(createBehalf({ ...toRoot(as), grantType: "clientCredentials", services }));
    for (const name of [...names, ...names]) await behalf.service(name).get("/").unwrap();
    const seen = backend.requests.map(({ path, token }) => [path, readClaims(token).aud]);
    expect(seen).toEqual([...names, ...names].map((name) => [`/${name}/`, name]));
    expect(as.count("token")).toBe(4);
  });

  it("B-58: have callers whose tokens are told apart", async () => {
    const { as, backend } = await startServers();
    const services = { stock: { host: backend.url, grantType: "tokenExchange" } } as const;
    const { inbound: _, ...root } = toRoot(as);
    const behalf = closeAfterTest(createBehalf({ ...root, services }));
    as.faults.when(
      ({ endpoint }) => endpoint === "token",
      Object.assign(
        (_usual: unknown, { form }: { form: URLSearchParams }) => ({
          kind: "send" as const,
          status: 200,
          headers: { "content-type": "application/json" },
          body: JSON.stringify(some.exchangeResponse({ access_token: `for-${form.get("subject_token")}` })),
        }),
        { unjudged: true },
      ),
    );
    for (const name of [...names, ...names]) {
      const clientOptions = new HttpClientOptions({ actorToken: new ActorToken(name) });
      await behalf.service("stock").get("/", { clientOptions }).unwrap();
    }
    expect(backend.requests.map(({ token }) => token)).toEqual([...names, ...names].map((name) => `for-${name}`));
    expect(as.count("token")).toBe(4);
  });
});

describe("an outcome", () => {
  type IsToken<given> = given extends ActorToken ? true : false;

  async function start() {
    const { as, backend } = await startServers();
    const services = { stock: { host: backend.url, grantType: "tokenExchange" } } as const;
    const behalf = closeAfterTest(createBehalf({ ...toRoot(as), services }));
    return { as, backend, behalf };
  }

  it("B-68: is not its value: neither for the compiler, nor as a text", async () => {
    const { as, behalf } = await start();
    const request = await receive(behalf, await as.issue(some.claims()));
    const outcome = await request.run(() => behalf.httpServiceProvider.getAccessToken());
    const assignable: IsToken<typeof outcome> = false;
    const value = outcome.unwrap().value();
    expect(assignable).toBe(false);
    expect(`${outcome} ${JSON.stringify(outcome)} ${showDeeply(outcome)}`).not.toContain(value);
    expect(outcome).not.toHaveProperty("length");
  });

  it("B-68: has no value when it failed, and unwrap throws its error", async () => {
    const { behalf } = await start();
    const outcome = await openRequest(behalf).run(() => behalf.httpServiceProvider.getAccessToken());
    expect(outcome).toMatchObject({ ok: false, error: { code: "BEHALF_CALLER_TOKEN_MISSING" } });
    expect(outcome).not.toHaveProperty("value");
    expect(() => outcome.unwrap()).toThrow(expect.objectContaining({ code: "BEHALF_CALLER_TOKEN_MISSING" }));
  });

  it("B-68: of an authorization that failed is the call's: nothing is sent without a token", async () => {
    const { backend, behalf } = await start();
    const failure = new Error("not today");
    const authorizationService: AuthorizationService = {
      authorize: () => toOutcomePromise(Outcome.fail<ActorToken>(failure)),
    };
    const clientOptions = new HttpClientOptions({ authorizationService });
    const outcome = await openRequest(behalf).run(() => behalf.service("stock").get("/", { clientOptions }));
    expect(!outcome.ok && outcome.error).toBe(failure);
    expect(backend.requests).toHaveLength(0);
  });

  it("B-68: of a request without a token is the call's: nothing is sent without a token", async () => {
    const { as, backend, behalf } = await start();
    const outcome = await openRequest(behalf).run(() => behalf.service("stock").get("/"));
    expect(outcome).toMatchObject({ ok: false, error: { code: "BEHALF_CALLER_TOKEN_MISSING" } });
    expect([as.count("token"), backend.requests.length]).toEqual([0, 0]);
  });
});
