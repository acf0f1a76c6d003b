import { inspect } from "node:util";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { discover } from "../../packages/behalf/src/lib/oauth/discover.ts";
import { requestToken } from "../../packages/behalf/src/lib/oauth/request-token.ts";
import { ActorToken } from "../../packages/behalf/src/lib/values/actor-token.ts";
import { Secret } from "../../packages/behalf/src/lib/values/secret.ts";
import { chooseSeed } from "../support/seed.ts";
import { the } from "../support/the.ts";
import { connectBy, createNetwork, someExchange } from "../support/token-request.ts";

const seed = chooseSeed("redaction");

const { signal } = new AbortController();
const marker = the.markerSecret;
const marked = fc.oneof(fc.constant(marker), fc.constant(`invalid_${marker}`), fc.constant("Bearer"), fc.jsonValue());
const memberNames = [
  "error",
  "error_description",
  "error_uri",
  "access_token",
  "token_type",
  "issued_token_type",
  "expires_in",
  "scope",
  "refresh_token",
  "id_token",
  "issuer",
  "token_endpoint",
  "jwks_uri",
  "mtls_endpoint_aliases",
  "title",
  "detail",
];
const body = fc.oneof(
  fc.dictionary(fc.constantFrom(...memberNames), marked).map((members) => JSON.stringify(members)),
  fc.constantFrom(marker, `<html>${marker}</html>`, `{"error":"${marker}`, ""),
);
const challenge = fc.constantFrom(undefined, `Bearer error="${marker}", error_description="${marker}"`, marker);
const status = fc.constantFrom(200, 201, 302, 400, 401, 403, 404, 429);

interface Answer {
  readonly body: string;
  readonly challenge: string | undefined;
  readonly status: number;
  readonly type: string;
}
const answers: fc.Arbitrary<Answer> = fc.record({
  body,
  challenge,
  status,
  type: fc.constantFrom("application/json", "text/html"),
});

const toResponse = ({ body: text, challenge: header, status: code, type }: Answer): Response =>
  new Response(text, {
    status: code,
    headers: { "content-type": type, ...(header && { "www-authenticate": header }) },
  });

const request = someExchange({
  subject: { token: new ActorToken(marker), tokenType: the.accessTokenType },
  credentials: { clientId: "a", clientSecret: new Secret(marker), authentication: "client_secret_post" },
});
const metadata = {
  issuer: "https://as.example.com",
  tokenEndpoint: new URL("https://as.example.com/token"),
  mtlsTokenEndpoint: undefined,
  jwksUri: undefined,
  introspectionEndpoint: undefined,
  mtlsIntrospectionEndpoint: undefined,
  userinfoEndpoint: undefined,
};
const now = Date.now;

const printAll = (value: unknown): string =>
  [inspect(value, { depth: 20, showHidden: true }), JSON.stringify(value), String(value)].join("\n");

describe("whatever the authorization server answers", () => {
  it.each([
    [
      "a token request",
      (one: Answer) =>
        requestToken(request, { connection: connectBy(async () => toResponse(one)), metadata, now, signal }),
    ],
    [
      "discovery",
      (one: Answer) =>
        discover(
          connectBy(async () => toResponse(one)),
          "a",
          { now, signal },
        ),
    ],
  ] as const)("no error of %s shows it", async (_, ask) => {
    const property = fc.asyncProperty(answers, async (one) => {
      const settled: unknown = await ask(one).catch((error: unknown) => ({ error, cause: (error as Error).cause }));
      if (settled && typeof settled === "object" && "error" in settled) expect(printAll(settled)).not.toContain(marker);
    });
    await fc.assert(property, { seed, numRuns: 500 });
  });

  it("every failure is one of this package", async () => {
    const property = fc.asyncProperty(answers, async (one) => {
      const network = createNetwork(() => toResponse(one));
      const connection = connectBy(network.fetch);
      const error: unknown = await requestToken(request, { connection, metadata, now, signal }).catch(
        (thrown: unknown) => thrown,
      );
      if (error instanceof Error) expect(error).toHaveProperty("code", expect.stringMatching(/^BEHALF_TOKEN_/));
    });
    await fc.assert(property, { seed, numRuns: 500 });
  });
});
