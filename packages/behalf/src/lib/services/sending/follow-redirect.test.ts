import { describe, expect, it } from "vitest";
import { BaseAddress } from "../../transport/base-address.ts";
import { type FollowedRedirect, followRedirect, type RefusedRedirect, withoutContent } from "./follow-redirect.ts";

const baseAddress = BaseAddress.parse("https://inventory.example/v1");
const root = BaseAddress.parse("https://inventory.example");

interface Members {
  readonly status?: number;
  readonly location?: string | readonly string[] | undefined;
  readonly method?: string;
  readonly path?: string;
  readonly replayable?: boolean;
  readonly redirectsLeft?: number;
  readonly below?: BaseAddress;
}

function decide(members: Members): FollowedRedirect | RefusedRedirect {
  const { status = 302, redirectsLeft = 1, below = baseAddress } = members;
  const location = "location" in members ? members.location : "/v1/other";
  const { method = "GET", path = "/v1/items/1?a=1", replayable = true } = members;
  return followRedirect({ status, headers: { location } }, { method, path, replayable, redirectsLeft }, below);
}

/** The next request of a redirect that a test expects to be followed. */
function follow(members: Members): FollowedRedirect {
  const decision = decide(members);
  if (decision.path === undefined) throw new Error(decision.message);
  return decision;
}

/** Why a redirect is not followed that a test expects to be refused. */
function refuse(members: Members): RefusedRedirect {
  const decision = decide(members);
  if (decision.path === undefined) return decision;
  throw new Error(`It was followed to ${decision.path}`);
}

describe("followRedirect", () => {
  it.each([
    [301, "GET", "GET"],
    [301, "HEAD", "HEAD"],
    [301, "POST", "GET without its body"],
    [301, "PUT", "PUT"],
    [301, "PATCH", "PATCH"],
    [301, "DELETE", "DELETE"],
    [302, "GET", "GET"],
    [302, "HEAD", "HEAD"],
    [302, "POST", "GET without its body"],
    [302, "PUT", "PUT"],
    [303, "GET", "GET without its body"],
    [303, "HEAD", "HEAD without its body"],
    [303, "POST", "GET without its body"],
    [303, "PUT", "GET without its body"],
    [303, "DELETE", "GET without its body"],
    [307, "GET", "GET"],
    [307, "HEAD", "HEAD"],
    [307, "POST", "POST"],
    [307, "PUT", "PUT"],
    [308, "POST", "POST"],
    [308, "DELETE", "DELETE"],
  ])("makes of %i after %s a %s", (status, method, expected) => {
    const next = follow({ status, method });
    expect(`${next.method}${next.keepsBody ? "" : " without its body"}`).toBe(expected);
  });

  it.each([
    ["a path", "/v1/other", "/v1/other"],
    ["a query", "/v1/other?b=2", "/v1/other?b=2"],
    ["an absolute URL", "https://inventory.example/v1/other", "/v1/other"],
    ["its own port in full", "HTTPS://Inventory.Example:443/v1/other", "/v1/other"],
    ["a URL without scheme", "//inventory.example/v1/other", "/v1/other"],
    ["a name beside it", "other", "/v1/items/other"],
    ["a query alone", "?b=2", "/v1/items/1?b=2"],
    ["nothing but a fragment", "#part", "/v1/items/1?a=1"],
    ["an empty text", "", "/v1/items/1?a=1"],
    ["a step up that stays below", "../other", "/v1/other"],
    ["a fragment behind", "/v1/other#part", "/v1/other"],
    ["the base path", "/v1", "/v1"],
    ["letters beyond ASCII", "/v1/größe", "/v1/gr%C3%B6%C3%9Fe"],
  ])("goes on at %s", (_case, location, path) => {
    expect(follow({ location }).path).toBe(path);
  });

  it.each([
    ["another host", "https://evil.example/v1/other"],
    ["another host without scheme", "//evil.example/v1/other"],
    ["another host by backslashes", "\\\\evil.example\\v1"],
    ["another host with a tab between", "/\t/evil.example/v1"],
    ["a host with a name in front", "https://inventory.example@evil.example/v1/other"],
    ["another port", "https://inventory.example:8443/v1/other"],
    ["another scheme", "http://inventory.example/v1/other"],
    ["a dot behind the host", "https://inventory.example./v1/other"],
    ["a look-alike", "https://\u0456nventory.example/v1/other"],
  ])("does not follow to %s", (_case, location) => {
    expect(refuse({ location })).toMatchObject({ reason: "otherOrigin" });
  });

  it.each([
    ["the root", "/"],
    ["a path beside", "/v2/other"],
    ["a path that begins alike", "/v10/other"],
    ["steps up", "../../admin"],
    ["encoded steps up", "/v1/%2e%2e/admin"],
    ["a step up with an encoded slash", "/v1/..%2fadmin"],
    ["a step up that is encoded twice", "/v1/%252e%252e/admin"],
    ["a step up with a path parameter", "/v1/..;/admin"],
  ])("does not follow to %s", (_case, location) => {
    expect(refuse({ location })).toMatchObject({ reason: "outOfBasePath" });
  });

  it.each([
    ["a user name", "https://user@inventory.example/v1/other"],
    ["a password", "https://:secret@inventory.example/v1/other"],
    ["javascript", "javascript:alert(1)"],
    ["data", "data:text/plain,x"],
    ["file", "file:///v1/other"],
    ["blob", "blob:https://inventory.example/v1/other"],
    ["no URL", "https://["],
  ])("does not follow to %s", (_case, location) => {
    expect(refuse({ location })).toMatchObject({ reason: "unusableLocation" });
  });

  it.each([
    ["without a location", { location: undefined }, "noLocation"],
    ["to several locations", { location: ["/v1/a", "/v1/a"] }, "severalLocations"],
    ["once too often", { redirectsLeft: 0 }, "tooMany"],
    ["a POST whose body was a stream, after 307", { status: 307, method: "POST" }, "bodyCannotBeRepeated"],
    ["a PUT whose body was a stream, after 302", { status: 302, method: "PUT" }, "bodyCannotBeRepeated"],
  ])("does not follow %s", (_case, members, reason) => {
    expect(refuse({ replayable: false, ...members })).toMatchObject({ reason });
  });

  it.each([200, 300, 304, 305, 306, 400])("does not follow an answer %i", (status) => {
    expect(refuse({ status })).toMatchObject({ reason: "otherStatus" });
  });

  it("follows after 303 what had a stream as its body", () => {
    expect(follow({ status: 303, method: "POST", replayable: false })).toMatchObject({ method: "GET" });
  });

  it("names both origins where they differ, however many redirects are left, and nothing else of the location", () => {
    for (const redirectsLeft of [0, 1]) {
      const { message } = refuse({ location: "https://user:secret@evil.example/secret?secret", redirectsLeft });
      expect(message).toContain("https://inventory.example redirects to https://evil.example,");
      expect(message).not.toContain("secret");
    }
  });

  it("stays at its host by a path that begins with two slashes", () => {
    expect(follow({ location: "/.//evil.example/x", below: root }).path).toBe("//evil.example/x");
    expect(follow({ path: "//evil.example/x", location: "y", below: root }).path).toBe("//evil.example/y");
  });
});

describe("withoutContent", () => {
  it("drops the headers of a body, and keeps the others", () => {
    const headers = ["content-type", "text/plain", "x-a", "content-type", "content-encoding", "gzip", "accept", "*/*"];
    expect(withoutContent(headers)).toEqual(["x-a", "content-type", "accept", "*/*"]);
  });
});
