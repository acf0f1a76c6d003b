import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { BackendError } from "./backend-error.ts";
import { BackendUnreachableError } from "./backend-unreachable-error.ts";
import { BehalfError } from "./behalf-error.ts";
import { CallerTokenError } from "./caller-token-error.ts";
import { ConfigurationError } from "./configuration-error.ts";
import { isBehalfError } from "./is-behalf-error.ts";
import { MissingContextError } from "./missing-context-error.ts";
import { RequestRefusedError } from "./request-refused-error.ts";
import { TokenRefusedError } from "./token-refused-error.ts";
import { TokenUnreachableError } from "./token-unreachable-error.ts";

const refusal = {
  error: "invalid_grant",
  status: 400,
  client: "orders-api",
  service: "services.a",
  grant: "tokenExchange",
};
const silence = { url: "https://as.example/token", client: "orders-api" };

describe("TokenRefusedError", () => {
  it("names client, service and code", () => {
    const error = new TokenRefusedError(refusal);
    expect(error).toMatchObject({ ...refusal, name: "TokenRefusedError", code: "BEHALF_TOKEN_REFUSED" });
    expect(error.message).toBe(
      'The authorization server refused client "orders-api" a token for services.a: invalid_grant.',
    );
  });

  it("gives the server's words by methods only", () => {
    const error = new TokenRefusedError({ ...refusal, errorDescription: "alice is locked", errorUri: "https://e" });
    expect([error.errorDescription(), error.errorUri()]).toEqual(["alice is locked", "https://e"]);
    expect(`${error.message} ${JSON.stringify(error)}`).not.toMatch(/locked|https:/);
  });

  it.each([undefined, 5, "", "a token", "eyJhbGciOi", "x".repeat(60)])("does not repeat the code %j", (code) => {
    expect(new TokenRefusedError({ ...refusal, error: code }).error).toBe("unrecognized");
  });

  it("gives the claims that the server asks for by a method only", () => {
    const claims = '{"access_token":{"polids":{"essential":true,"values":["5ce7"]}}}';
    const error = new TokenRefusedError({ ...refusal, claims });
    expect(error.claims()).toBe(claims);
    const printed = [error.message, String(error), error.stack, JSON.stringify(error)];
    expect([...printed, inspect(error, { depth: 9, showHidden: true })].join()).not.toMatch(/claims|polids|5ce7/);
  });

  it.each([undefined, 5, { a: 1 }, "", "eyJhbGciOi.e30.c2ln", '"a"', "5", "null", "[{}]", '{"a":'])(
    "passes over the claims %j",
    (claims) => {
      expect(new TokenRefusedError({ ...refusal, claims }).claims()).toBeUndefined();
    },
  );

  it("passes over a description that is no text", () => {
    expect(new TokenRefusedError({ ...refusal, errorDescription: { a: 1 } }).errorDescription()).toBeUndefined();
  });
});

describe("TokenUnreachableError", () => {
  it.each([
    ["BEHALF_TOKEN_UNREACHABLE", "could not be reached"],
    ["BEHALF_TOKEN_TIMEOUT", "did not answer in time"],
    ["BEHALF_TOKEN_UNREADABLE", 'gave an answer that cannot be used (is "authority" its issuer, letter for letter?)'],
  ] as const)("says of %s that the server %s, and who asked", (code, meaning) => {
    const error = new TokenUnreachableError({ ...silence, code, status: 503 });
    expect(error).toMatchObject({ ...silence, code, status: 503 });
    expect(error.message).toBe(
      `The authorization server at https://as.example/token ${meaning} when client "orders-api" asked.`,
    );
  });

  it.each([
    [
      "BEHALF_TOKEN_DEVIATES",
      /token that is not what was asked for \(audience, actor\) when client "orders-api" asked\./,
    ],
    ["BEHALF_REFRESH_TOKEN_LOST", /may be spent: give a new one, or set "refreshReuse"/],
    [
      "BEHALF_SHARED_STORE_AWAY",
      /store, which tells the newest one, is away, when client "orders-api" asked\. It goes on by itself/,
    ],
  ] as const)("says for %s what to do", (code, message) => {
    const deviations = code === "BEHALF_TOKEN_DEVIATES" ? ["audience", "actor"] : [];
    const error = new TokenUnreachableError({ ...silence, code, deviations, retryAfterMs: 5 });
    expect(error).toMatchObject({ code, deviations, retryAfterMs: 5 });
    expect(error.message).toMatch(message);
    expect(Object.isFrozen(error.deviations)).toBe(true);
  });

  it("names nobody where no client asked", () => {
    const error = new TokenUnreachableError({ ...silence, client: "-", code: "BEHALF_TOKEN_TIMEOUT" });
    expect(error.message).toMatch(/did not answer in time\.$/);
    expect("cause" in error).toBe(false);
  });
});

describe("CallerTokenError", () => {
  it.each([
    ["missing", "BEHALF_CALLER_TOKEN_MISSING"],
    ["scheme", "BEHALF_CALLER_TOKEN_MISSING"],
    ["twoTokens", "BEHALF_CALLER_REQUEST_INVALID"],
    ["expired", "BEHALF_CALLER_TOKEN_EXPIRED"],
    ["scope", "BEHALF_CALLER_SCOPE_MISSING"],
    ["signature", "BEHALF_CALLER_TOKEN_INVALID"],
    ["refusedByServer", "BEHALF_CALLER_TOKEN_INVALID"],
  ] as const)("has for %s the code %s", (reason, code) => {
    expect(new CallerTokenError(reason)).toMatchObject({ reason, code, neededScopes: [] });
  });

  it("keeps the needed scopes and the cause", () => {
    const cause = { name: "JOSEError" };
    expect(new CallerTokenError("scope", { neededScopes: ["a"], cause })).toMatchObject({ neededScopes: ["a"], cause });
  });
});

describe("ConfigurationError", () => {
  const problem = (path: string): { path: string; given: string; fix: string } => ({
    path,
    given: "nothing",
    fix: "Set it.",
  });

  it("puts the first problem in front and lists all", () => {
    const error = new ConfigurationError([problem("a"), problem("b")]);
    expect(error).toMatchObject({ code: "BEHALF_CONFIG_INVALID", configPath: "a", fix: "Set it." });
    expect(error.message).toBe("a: nothing. Set it.\nb: nothing. Set it.");
    expect(Object.isFrozen(error.problems)).toBe(true);
  });
});

describe("the errors of a backend", () => {
  const place = { service: "inventory", endpoint: "item" };

  it("keep the backend's own words behind methods", () => {
    const challenges = [{ scheme: "Bearer", parameters: new Map([["error", "x"]]) }];
    const error = new BackendError({
      ...place,
      status: 404,
      problem: { detail: "alice" },
      challenges,
      retryAfter: "3",
    });
    expect(error).toMatchObject({ ...place, status: 404, code: "BEHALF_BACKEND_ERROR" });
    expect([error.problem(), error.challenges(), error.retryAfter()]).toEqual([{ detail: "alice" }, challenges, "3"]);
    expect(`${error.message} ${JSON.stringify(error)}`).not.toContain("alice");
    expect(error.message).toBe('Service "inventory", endpoint "item": the backend answered 404.');
  });

  it("say more where more is known", () => {
    const error = new BackendError({ ...place, status: 302, code: "BEHALF_BACKEND_REDIRECT", message: "it redirects" });
    expect([error.code, error.message, error.challenges()]).toEqual([
      "BEHALF_BACKEND_REDIRECT",
      'Service "inventory", endpoint "item": it redirects.',
      [],
    ]);
  });

  it.each([
    ["BEHALF_BACKEND_TIMEOUT", "did not answer in time"],
    ["BEHALF_BACKEND_UNREACHABLE", "could not be reached"],
  ] as const)("say for %s that it %s", (code, meaning) => {
    const error = new BackendUnreachableError({ ...place, code, cause: { name: "E" } });
    expect(error.message).toBe(`Service "inventory", endpoint "item": the backend ${meaning}.`);
    expect(error.cause).toEqual({ name: "E" });
  });
});

describe("BehalfError.is", () => {
  it.each([
    new MissingContextError("the caller's token"),
    new RequestRefusedError("header", "host", "leave it out"),
    new CallerTokenError("missing"),
    Object.assign(new Error("of another copy"), { code: "BEHALF_TOKEN_REFUSED" }),
  ])("knows an error of this package: $code", (error) => {
    expect([BehalfError.is(error), isBehalfError(error)]).toEqual([true, true]);
  });

  it.each([
    new Error("x"),
    Object.assign(new Error("x"), { code: "ENOENT" }),
    { code: "BEHALF_X" },
    undefined,
    "BEHALF_",
  ])("knows that %s is none", (value) => {
    expect(BehalfError.is(value)).toBe(false);
  });

  it("says what was needed and refused", () => {
    expect(new MissingContextError("the caller's token").needed).toBe("the caller's token");
    expect(new RequestRefusedError("header", "host", "leave it out.")).toMatchObject({
      refusal: "header",
      subject: "host",
      message: "The request was not sent: leave it out.",
    });
  });
});
