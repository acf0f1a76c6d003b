import { describe, expect, it } from "vitest";
import { dropHopByHop } from "./hop-by-hop.ts";

const drop = (...headers: string[]) => dropHopByHop(headers, () => false);

describe("dropHopByHop", () => {
  it.each([
    "Connection",
    "Keep-Alive",
    "Proxy-Authenticate",
    "Proxy-Authorization",
    "Proxy-Connection",
    "TE",
    "Trailer",
    "Transfer-Encoding",
    "Upgrade",
  ])("drops %s", (name) => {
    expect(drop("Accept", "text/plain", name, "x", "X-A", "1")).toEqual(["accept", "text/plain", "x-a", "1"]);
  });

  it("drops what any Connection header names, in whatever case", () => {
    expect(drop("X-One", "1", "connection", "close, X-ONE ,x-two", "Connection", "x-three", "X-Two", "2")).toEqual([]);
  });

  it("keeps several headers of one name, in order", () => {
    expect(drop("Set-Cookie", "a=1", "Set-Cookie", "b=2")).toEqual(["set-cookie", "a=1", "set-cookie", "b=2"]);
  });
});
