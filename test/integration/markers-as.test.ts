import { createBehalf } from "behalf";
import { describe, expect, it } from "vitest";
import { findMarks, mark } from "../support/marks.ts";
import { closeAfterTest, openRequest, toRoot } from "../support/open-behalf.ts";
import { openMarkedApi } from "../support/open-marked-api.ts";
import { recordEveryEvent } from "../support/record-events.ts";
import { createRecordingLogger } from "../support/recording-logger.ts";
import { type Fault, fault } from "../support/scripted-as.ts";
import { some } from "../support/some.ts";
import { startAs } from "../support/start-servers.ts";

const params = { sku: "1" };
const members = {
  error_description: mark("error-description"),
  error_uri: `https://login.example/${mark("error-uri")}`,
  access_token: mark("access-token"),
  extra: { nested: [mark("extra")] },
};
const headers = { "x-marked": mark("header"), "www-authenticate": `Bearer realm="${mark("realm")}"` };

const refusals: readonly (readonly [string, Fault])[] = [
  ["a known error", fault.oauthError("invalid_grant", { members, headers })],
  ["an unknown error", fault.oauthError(mark("error"), { members, headers })],
  ["an error that looks like a token", fault.oauthError(`eyJ.${mark("error")}.x`, { members })],
  ["invalid_client", fault.oauthError("invalid_client", { members, headers })],
  ["400 without JSON", fault.status(400, headers, mark("body"))],
  ["500", fault.status(500, headers, mark("body"))],
  ["429", fault.status(429, { ...headers, "retry-after": mark("retry-after") }, mark("body"))],
  ["a redirect", fault.status(302, { location: `https://elsewhere.example/${mark("location")}` })],
  ["a success without JSON", fault.status(200, { "content-type": "text/html" }, mark("body"))],
  ["JSON that is cut off", fault.all(fault.change({ access_token: mark("access-token") }), fault.malformedJson())],
  ["another token type", fault.change({ ...members, token_type: mark("token-type") })],
  ["a life that is no number", fault.change({ ...members, expires_in: mark("expires-in") })],
  ["no token", fault.change({ ...members, access_token: undefined, id_token: mark("id-token") })],
  ["a token that no header can carry", fault.change({ access_token: `${mark("access-token")} \n` })],
  ["another issued type", fault.change({ ...members, issued_token_type: mark("issued-token-type") })],
  ["too much", fault.change({ padding: mark("padding").repeat(100_000) })],
];

const documents: readonly (readonly [string, Fault])[] = [
  ["another issuer", fault.change({ issuer: `https://${mark("issuer")}.example` })],
  ["an issuer that is no text", fault.change({ issuer: { url: mark("issuer") } })],
  ["a token endpoint that is no URL", fault.change({ token_endpoint: mark("token-endpoint") })],
  ["an unprotected token endpoint", fault.change({ token_endpoint: `http://login.example/${mark("token-endpoint")}` })],
  ["keys that are nowhere", fault.change({ jwks_uri: mark("jwks-uri") })],
  ["no JSON", fault.status(200, headers, mark("body"))],
  ["an error", fault.status(404, headers, mark("body"))],
];

const keySets: readonly (readonly [string, Fault])[] = [
  ["no key set", fault.change({ keys: mark("keys") })],
  ["keys of an unknown kind", fault.change({ keys: [{ kty: mark("kty"), kid: "key-1", alg: "ES256" }] })],
  ["a broken key", fault.change({ keys: [{ kty: "EC", crv: "P-256", x: mark("x"), y: mark("y"), kid: "key-1" }] })],
  ["no JSON", fault.status(200, headers, mark("body"))],
  ["an error", fault.status(500, headers, mark("body"))],
];

describe("what a token endpoint answers stays inside", () => {
  it.each(refusals)("with %s", async (_case, answered) => {
    const { as, inventory, events, leaks, receive } = await openMarkedApi();
    const { run } = await receive();
    as.faults.always("token", answered);
    const outcome = await run(() => inventory.endpoint("item").get({ params }));
    const authenticated = await run(() => inventory.authenticate());
    expect([outcome.ok, authenticated.ok, events.length > 1]).toEqual([false, false, true]);
    expect(leaks(outcome, authenticated)).toEqual([]);
  });

  it("with members that nobody asked for, beside a token", async () => {
    const { as, backend, inventory, leaks, receive } = await openMarkedApi();
    const { run } = await receive();
    as.faults.always("token", fault.change({ ...members, refresh_token: mark("refresh-token"), scope: mark("scope") }));
    const outcome = await run(() => inventory.endpoint("item").get({ params }));
    expect([outcome.ok, backend.request().token]).toEqual([true, mark("access-token")]);
    expect(leaks(outcome, await run(() => inventory.authenticate()))).toEqual([]);
  });

  it("with the query of a token endpoint", async () => {
    const events = recordEveryEvent();
    const as = await startAs();
    const root = toRoot(as);
    as.faults.always("metadata", fault.change({ token_endpoint: `${as.tokenEndpoint}?key=${mark("query")}` }));
    as.faults.always("token", fault.status(500));
    const services = { inventory: { host: as.url, grantType: "clientCredentials" } } as const;
    const behalf = closeAfterTest(createBehalf({ ...root, services }));
    const outcome = await behalf.service("inventory").get("/");
    expect(outcome).toMatchObject({ ok: false, error: { name: "TokenUnreachableError", url: as.tokenEndpoint } });
    expect(findMarks([outcome, ...events, ...root.logger.lines])).toEqual([]);
  });
});

describe("what a metadata document says stays inside", () => {
  it.each(documents)("with %s", async (_case, answered) => {
    const as = await startAs();
    as.faults.always("metadata", answered);
    const events = recordEveryEvent();
    const root = { ...toRoot(as), logger: createRecordingLogger() };
    const services = { inventory: { host: as.url, grantType: "clientCredentials" } } as const;
    const behalf = closeAfterTest(createBehalf({ ...root, services }));
    const outcome = await behalf.service("inventory").get("/");
    const { context } = openRequest(behalf, { authorization: `Bearer ${await as.issue(some.claims())}` });
    const looked: unknown = await Promise.resolve(behalf.authenticateCaller(context)).catch((error: unknown) => error);
    expect(outcome.ok).toBe(false);
    expect(findMarks([outcome, looked, ...events, ...root.logger.lines])).toEqual([]);
  });
});

describe("what a key set holds stays inside", () => {
  it.each(keySets)("with %s", async (_case, answered) => {
    const { as, behalf, events, leaks } = await openMarkedApi();
    as.faults.always("jwks", answered);
    const { context } = openRequest(behalf, { authorization: `Bearer ${await as.issue(some.claims())}` });
    const looked: unknown = await Promise.resolve(behalf.authenticateCaller(context)).catch((error: unknown) => error);
    expect(looked).toBeInstanceOf(Error);
    expect(events.length).toBeGreaterThan(0);
    expect(leaks(looked)).toEqual([]);
  });
});
