import { describe, expect, it } from "vitest";
import type { AnyBehalfError } from "../errors/any-behalf-error.ts";
import { BackendError } from "../errors/backend-error.ts";
import { BackendUnreachableError } from "../errors/backend-unreachable-error.ts";
import { CallerTokenError } from "../errors/caller-token-error.ts";
import { CapabilityError } from "../errors/capability-error.ts";
import { ConfigurationError } from "../errors/configuration-error.ts";
import { MissingContextError } from "../errors/missing-context-error.ts";
import { RequestRefusedError } from "../errors/request-refused-error.ts";
import { type TokenRefusal, TokenRefusedError } from "../errors/token-refused-error.ts";
import { TokenUnreachableError } from "../errors/token-unreachable-error.ts";
import { parseChallenges } from "../values/challenge.ts";
import { toProblem } from "./to-problem.ts";

const place = { service: "inventory", endpoint: "item" };

const refused = (error: string, grant = "tokenExchange"): TokenRefusedError =>
  new TokenRefusedError({ error, grant, status: 400, client: "orders-api", service: "services.inventory" });

const unreachable = (code: TokenUnreachableError["code"]): TokenUnreachableError =>
  new TokenUnreachableError({ code, url: "https://login.example.com", client: "orders-api" });

const backend = (status: number, challenge = ""): BackendError =>
  new BackendError({ ...place, status, challenges: parseChallenges(challenge) });

const silent = (code: BackendUnreachableError["code"]): BackendUnreachableError =>
  new BackendUnreachableError({ ...place, code });

const invalidToken = 'Bearer error="invalid_token"';
const stepUp = 'Bearer error="insufficient_user_authentication"';

describe("toProblem", () => {
  it.each<[string, AnyBehalfError, number, string | undefined]>([
    ["no token", new CallerTokenError("missing"), 401, "Bearer"],
    ["credentials of another kind", new CallerTokenError("scheme"), 401, "Bearer"],
    ["two tokens", new CallerTokenError("twoTokens"), 400, 'Bearer error="invalid_request"'],
    ["an invalid token", new CallerTokenError("signature"), 401, invalidToken],
    ["an expired token", new CallerTokenError("expired"), 401, invalidToken],
    [
      "a missing scope",
      new CallerTokenError("scope", { neededScopes: ["a", "b"] }),
      403,
      'Bearer error="insufficient_scope", scope="a b"',
    ],
    ["a subject that the server refuses", refused("invalid_grant"), 401, invalidToken],
    ["a subject token that the server finds invalid", refused("invalid_request"), 401, invalidToken],
    ["interaction_required", refused("interaction_required"), 401, stepUp],
    ["login_required", refused("login_required"), 401, stepUp],
    ["consent_required", refused("consent_required"), 401, stepUp],
    ["insufficient_user_authentication", refused("insufficient_user_authentication"), 401, stepUp],
    ["access_denied", refused("access_denied"), 403, undefined],
    ["invalid_client", refused("invalid_client"), 500, undefined],
    ["unauthorized_client", refused("unauthorized_client"), 500, undefined],
    ["invalid_target", refused("invalid_target"), 500, undefined],
    ["invalid_scope", refused("invalid_scope"), 500, undefined],
    ["a refusal that nobody knows", refused("Whatever 1"), 500, undefined],
    ["invalid_grant of our own credentials", refused("invalid_grant", "clientCredentials"), 500, undefined],
    ["invalid_grant of a refresh token of ours", refused("invalid_grant", "refreshToken"), 500, undefined],
    ["a token that is not what was asked for", unreachable("BEHALF_TOKEN_DEVIATES"), 500, undefined],
    ["a refresh token that may be spent", unreachable("BEHALF_REFRESH_TOKEN_LOST"), 500, undefined],
    ["a refresh token that is not spent without the store", unreachable("BEHALF_SHARED_STORE_AWAY"), 503, undefined],
    ["a server that is away", unreachable("BEHALF_TOKEN_UNREACHABLE"), 503, undefined],
    ["a server that is late", unreachable("BEHALF_TOKEN_TIMEOUT"), 503, undefined],
    ["a server that is not understood", unreachable("BEHALF_TOKEN_UNREADABLE"), 503, undefined],
    ["a backend's 404", backend(404), 502, undefined],
    ["a backend's 500", backend(500), 502, undefined],
    ["a backend's 401 about our token", backend(401, invalidToken), 502, undefined],
    ["a backend's 401 without a challenge", backend(401), 502, undefined],
    ["a redirect", new BackendError({ ...place, code: "BEHALF_BACKEND_REDIRECT", status: 302 }), 502, undefined],
    ["a useless body", new BackendError({ ...place, code: "BEHALF_BACKEND_UNREADABLE", status: 200 }), 502, undefined],
    ["a backend that is away", silent("BEHALF_BACKEND_UNREACHABLE"), 502, undefined],
    ["a backend that is late", silent("BEHALF_BACKEND_TIMEOUT"), 504, undefined],
    ["a path parameter", new RequestRefusedError("pathParameter", "sku", "refused"), 400, undefined],
    ["a query", new RequestRefusedError("query", "since", "refused"), 400, undefined],
    ["an open breaker", silent("BEHALF_BACKEND_BREAKER_OPEN"), 503, undefined],
    ["a full bulkhead", silent("BEHALF_BACKEND_OVERLOADED"), 503, undefined],
    ["a header of ours", new RequestRefusedError("header", "host", "refused"), 500, undefined],
    ["a URL elsewhere", new RequestRefusedError("url", "url", "refused"), 500, undefined],
    ["a closed instance", new RequestRefusedError("closed", "behalf", "closed"), 503, undefined],
    ["wrong settings", new ConfigurationError([{ path: "a", given: "b", fix: "c" }]), 500, undefined],
    ["a missing context", new MissingContextError("the caller's token"), 500, undefined],
    ["a capability that has ended", new CapabilityError("expired"), 500, undefined],
  ])("answers %s", (...[, error, status, challenge]) => {
    const problem = toProblem(error);
    expect([problem.status, problem.headers["www-authenticate"]]).toEqual([status, challenge]);
    expect(JSON.stringify(problem)).not.toContain(error.message);
  });

  it("holds type, title, status and message id, and nothing else", () => {
    expect(toProblem(backend(500), { messageId: "id-1" })).toEqual({
      status: 502,
      headers: { "content-type": "application/problem+json", "cache-control": "no-store" },
      body: { type: "about:blank", title: "Bad Gateway", status: 502, messageId: "id-1" },
    });
  });

  it("tells when to come back while the authorization server is away", () => {
    const asked = { code: "BEHALF_TOKEN_UNREACHABLE", url: "https://login.example.com", client: "orders-api" } as const;
    expect(toProblem(unreachable("BEHALF_TOKEN_UNREACHABLE")).headers).toMatchObject({ "retry-after": "2" });
    const told = new TokenUnreachableError({ ...asked, status: 429, retryAfterMs: 61_500 });
    expect(toProblem(told).headers).toMatchObject({ "retry-after": "62" });
  });

  it.each([
    [404, 404],
    [503, 503],
    [401, 502],
  ])("passes a backend's %i on as %i where the policy says so", (status, ours) => {
    expect(toProblem(backend(status), { passBackendStatus: true }).status).toBe(ours);
  });

  it("passes no redirect on", () => {
    const redirect = new BackendError({ ...place, code: "BEHALF_BACKEND_REDIRECT", status: 302 });
    expect(toProblem(redirect, { passBackendStatus: true }).status).toBe(502);
  });
});

describe("a refusal that asks for claims", () => {
  const claims = '{"access_token":{"acrs":{"essential":true,"value":"č1"}}}';
  const refusedFor = (error: string, changes: Partial<TokenRefusal> = {}): TokenRefusedError =>
    new TokenRefusedError({
      error,
      grant: "onBehalfOf",
      status: 400,
      client: "orders-api",
      service: "services.inventory",
      claims,
      ...changes,
    });

  it("hands them to the caller, and nothing else of what the server said", () => {
    const words = { errorDescription: "AADSTS50076: alice", errorUri: "https://login.example.com/error?code=50076" };
    const written = Buffer.from(claims, "utf8").toString("base64");
    expect(toProblem(refusedFor("interaction_required", words))).toEqual({
      status: 401,
      headers: {
        "content-type": "application/problem+json",
        "cache-control": "no-store",
        "www-authenticate": `Bearer error="insufficient_claims", claims="${written}"`,
      },
      body: { type: "about:blank", title: "Unauthorized", status: 401 },
    });
  });

  it("with something else in their place asks for a sign-in", () => {
    const answered = toProblem(refusedFor("interaction_required", { claims: "eyJhbGciOi.e30.c2ln" }));
    expect(answered.headers["www-authenticate"]).toBe(stepUp);
  });

  const toClaims = (bytes: number): string => `{"a":"č${"x".repeat(bytes - 10)}"}`;

  it("asks for a sign-in where they are longer than 4 KiB", () => {
    expect(Buffer.byteLength(toClaims(4096))).toBe(4096);
    const [longest, longer] = [4096, 4097].map((bytes) =>
      toProblem(refusedFor("interaction_required", { claims: toClaims(bytes) })),
    );
    expect(longest?.headers["www-authenticate"]).toMatch(/^Bearer error="insufficient_claims", claims="[^"]{5464}"$/);
    expect(longer?.headers["www-authenticate"]).toBe(stepUp);
  });

  it.each(["tokenExchange", "onBehalfOf", "jwtBearer", "identityAssertion"])("hands those of %s on", (grant) => {
    const { headers } = toProblem(refusedFor("interaction_required", { grant }));
    expect(headers["www-authenticate"]).toMatch(/ claims="/);
  });

  it.each(["clientCredentials", "refreshToken"])("asks for a sign-in where they are about %s", (grant) => {
    expect(toProblem(refusedFor("interaction_required", { grant })).headers["www-authenticate"]).toBe(stepUp);
  });

  it.each(["invalid_grant", "invalid_client", "access_denied"])("keeps them to itself for %s", (error) => {
    expect(toProblem(refusedFor(error))).toEqual(toProblem(refusedFor(error, { claims: undefined })));
  });
});

describe("a backend's challenge", () => {
  it("is written anew when it asks the caller for more", () => {
    const challenge =
      'Bearer realm="inner", error="insufficient_user_authentication", error_description="bob, 7 pm", acr_values="gold", max_age="5"';
    expect(toProblem(backend(401, challenge))).toMatchObject({
      status: 401,
      headers: { "www-authenticate": `${stepUp}, acr_values="gold", max_age="5"` },
    });
  });

  it("passes claims on, whatever its error", () => {
    const challenge = 'Bearer error="invalid_token", claims="eyJhIjoxfQ=="';
    expect(toProblem(backend(401, challenge)).headers["www-authenticate"]).toBe(challenge);
  });

  it("is found behind others", () => {
    const challenge = 'Basic realm="x", Bearer error="insufficient_user_authentication"';
    expect(toProblem(backend(401, challenge)).headers["www-authenticate"]).toBe(stepUp);
  });

  it("about a scope keeps its 403", () => {
    const challenge = 'Bearer error="insufficient_scope", scope="stock:write", realm="inner"';
    expect(toProblem(backend(403, challenge))).toMatchObject({
      status: 403,
      headers: { "www-authenticate": 'Bearer error="insufficient_scope", scope="stock:write"' },
    });
  });

  it("cannot break out of its header", () => {
    const challenge = 'Bearer error="insufficient_scope", scope="a\\"b\\\\c\r\nset-cookie: d"';
    const written = toProblem(backend(403, challenge)).headers["www-authenticate"];
    expect(written).not.toMatch(/[\r\n]/);
    expect(parseChallenges(written ?? "")[0]?.parameters.get("scope")).toBe('a"b\\cset-cookie: d');
  });

  it("leaves out an error that has not the shape of one", () => {
    const challenge = 'Bearer error="eyJ.token.x", claims="c"';
    expect(toProblem(backend(401, challenge)).headers["www-authenticate"]).toBe('Bearer claims="c"');
  });
});
