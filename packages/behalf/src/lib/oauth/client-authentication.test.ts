import { describe, expect, it } from "vitest";
import { Secret } from "../values/secret.ts";
import { createClientAuthentication, toBasicAuthorization } from "./client-authentication.ts";
import type { ClientCredentials } from "./token-request.ts";

const toCredentials = (
  clientId: string,
  clientSecret: string,
  authentication: ClientCredentials["authentication"] = "client_secret_basic",
): ClientCredentials => ({ clientId, clientSecret: new Secret(clientSecret), authentication });

const decode = (header: string): string => atob(header.replace("Basic ", ""));

describe("toBasicAuthorization", () => {
  it.each([
    ["orders-api", "a-b._~Z9", "orders-api:a-b._~Z9"],
    ["a:b", "c:d", "a%3Ab:c%3Ad"],
    ["a", "100%", "a:100%25"],
    ["a", "b+c d", "a:b%2Bc+d"],
    ["a", "!'()*", "a:%21%27%28%29%2A"],
    ["é", "日本€", "%C3%A9:%E6%97%A5%E6%9C%AC%E2%82%AC"],
    ["a", "&=/?#", "a:%26%3D%2F%3F%23"],
  ])("encodes %s and %s", (clientId, secret, expected) => {
    expect(decode(toBasicAuthorization(toCredentials(clientId, secret)))).toBe(expected);
  });
});

describe("createClientAuthentication", () => {
  const authenticate = async (credentials: ClientCredentials): Promise<{ body: string; headers: string[][] }> => {
    const body = new URLSearchParams();
    const headers = new Headers();
    await createClientAuthentication(credentials)({ issuer: "https://as" }, { client_id: "x" }, body, headers);
    return { body: body.toString(), headers: [...headers] };
  };

  it("puts the credentials into the header", async () => {
    expect(await authenticate(toCredentials("a", "b"))).toEqual({
      body: "",
      headers: [["authorization", "Basic YTpi"]],
    });
  });

  it("puts the credentials into the body", async () => {
    const { body, headers } = await authenticate(toCredentials("a b", "c:+%", "client_secret_post"));
    expect([body, headers]).toEqual(["client_id=a+b&client_secret=c%3A%2B%25", []]);
  });
});
