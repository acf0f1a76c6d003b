import { Readable } from "node:stream";
import { describe, expect, it } from "vitest";
import { CallerTokenError } from "../errors/caller-token-error.ts";
import { TokenUnreachableError } from "../errors/token-unreachable-error.ts";
import { createLogoutEndpoint, createMetadataEndpoint } from "./own-endpoints.ts";

const bodyOf = (text: string): AsyncIterable<Uint8Array> => Readable.from([Buffer.from(text)]);

describe("the metadata endpoint", () => {
  it("gives the document to any page, from the place that is the resource's at the time", async () => {
    let path = "/.well-known/oauth-protected-resource";
    const document = { resource: "https://api.example" };
    const endpoint = createMetadataEndpoint(() => ({ url: `https://api.example${path}`, path, document }));
    expect(await endpoint.answer(bodyOf(""))).toEqual({
      status: 200,
      headers: {
        "content-type": "application/json",
        "cache-control": "max-age=3600",
        "access-control-allow-origin": "*",
      },
      body: JSON.stringify(document),
    });
    path = "/.well-known/oauth-protected-resource/v2";
    expect([endpoint.method, endpoint.path]).toEqual(["GET", path]);
  });
});

describe("the logout endpoint", () => {
  const open = (logOut: (token: string) => Promise<void> = async () => {}) => createLogoutEndpoint("/logout", logOut);

  it("takes the token to who knows it, and keeps no answer", async () => {
    const taken: string[] = [];
    const endpoint = open(async (token) => void taken.push(token));
    expect(await endpoint.answer(bodyOf("logout_token=a.b%2Bc.d&x=1"))).toEqual({
      status: 200,
      headers: { "cache-control": "no-store" },
      body: "",
    });
    expect([taken, endpoint.method, endpoint.path]).toEqual([["a.b+c.d"], "POST", "/logout"]);
  });

  it.each([
    ["is not there", ""],
    ["is another parameter", "token=a.b.c"],
    ["is there twice", "logout_token=a.b.c&logout_token=a.b.c"],
    ["is longer than 64 KiB", `logout_token=${"a".repeat(64 * 1024)}`],
  ])("refuses, and asks nobody, when the token %s", async (_case, body) => {
    let asked = 0;
    const answer = await open(async () => {
      asked += 1;
    }).answer(bodyOf(body));
    expect([answer.status, answer.body, asked]).toEqual([400, '{"error":"invalid_request"}', 0]);
    expect(answer.headers["cache-control"]).toBe("no-store");
  });

  it("says no more than that the token is not valid", async () => {
    const answer = await open(() => Promise.reject(new CallerTokenError("signature"))).answer(bodyOf("logout_token=a"));
    expect([answer.status, answer.body]).toEqual([400, '{"error":"invalid_request"}']);
  });

  it("says nothing of a token that nobody could look at", async () => {
    const place = { url: "https://as.example", client: "-" };
    const failure = new TokenUnreachableError({ code: "BEHALF_TOKEN_UNREACHABLE", ...place });
    const answering = open(() => Promise.reject(failure)).answer(bodyOf("logout_token=a"));
    await expect(answering).rejects.toBe(failure);
  });

  it("stops reading where there is too much", async () => {
    let read = 0;
    async function* hundredChunks(): AsyncGenerator<Uint8Array> {
      while (read < 100) {
        read += 1;
        yield Buffer.alloc(16 * 1024, "a");
      }
    }
    expect([(await open().answer(hundredChunks())).status, read]).toEqual([400, 5]);
  });
});
