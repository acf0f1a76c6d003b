import { inspect } from "node:util";
import fc from "fast-check";
import { expect, it } from "vitest";
import { describeConfiguration } from "../../packages/behalf/src/lib/config/describe-configuration.ts";
import { ConfigurationError } from "../../packages/behalf/src/lib/errors/configuration-error.ts";
import { configure } from "../support/configure.ts";
import { chooseSeed } from "../support/seed.ts";
import { the } from "../support/the.ts";

const seed = chooseSeed("inbound settings");

const marker = the.markerSecret;
const jwk = { kty: "EC", crv: "P-256", x: marker, y: marker, d: marker };

/** What an authenticator can prove itself with, right and wrong. */
const credentials = fc.record(
  {
    clientSecret: fc.constantFrom<unknown>(marker, [marker, `${marker}2`], [marker, 5], { value: marker }),
    privateKey: fc.constantFrom<unknown>(marker, jwk, [jwk], `-----BEGIN PRIVATE KEY-----\n${marker}`),
    clientAssertion: fc.constant(marker),
    certificate: fc.constant(marker),
    ca: fc.constant(marker),
    proxy: fc.constantFrom(`http://alice:${marker}@proxy.internal:8080`, marker, `socks5://${marker}`),
    clientCertificate: fc.constantFrom<unknown>({ certificate: marker, privateKey: marker }, marker, [marker]),
    authority: fc.constantFrom("https://partner.example.com", `https://a:${marker}@b.example`, `x?key=${marker}`),
    keys: fc.constantFrom<unknown>({ keys: [{ kty: "oct", k: marker }] }, { keys: [jwk] }, { keys: marker }, marker),
    audience: fc.constant("orders"),
    type: fc.constantFrom("jwt", "introspection", "sidecar"),
  },
  { requiredKeys: ["audience"] },
);

const devProxy = fc.constantFrom<unknown>(
  { url: "http://localhost:9", mutedWhen: `headers[X-Key] == ${marker}` },
  { url: `http://a:${marker}@localhost:9`, mutedWhen: `headers[X-Key = ${marker}` },
);
const inbound = fc.record(
  {
    authenticators: fc.dictionary(
      fc.constantFrom("partner", "proxy", "keys"),
      fc.oneof(credentials, fc.constant(marker)),
    ),
    audience: fc.constant("orders"),
    clientSecret: fc.constant(marker),
    devProxy,
    resource: fc.constantFrom("https://api.example.com", `https://a:${marker}@api.example.com?${marker}`),
  },
  { requiredKeys: ["authenticators", "audience"] },
);

function tell(settings: unknown): string {
  try {
    const configuration = configure({ inbound: settings });
    const told = [describeConfiguration(configuration), configuration.inbound?.authenticators.map(({ auth }) => auth)];
    return inspect(told, { depth: 8 }) + JSON.stringify(told);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return inspect(error, { depth: 8 }) + JSON.stringify(error.problems);
  }
}

const held = fc.record({
  authenticators: fc.record({ partner: fc.record({ clientSecret: fc.constantFrom(marker, [marker, `${marker}2`]) }) }),
  audience: fc.constant("orders"),
  proxy: fc.constant(`http://alice:${marker}@proxy.internal:8080`),
});

it("tells no secret of an authenticator, accepted or refused", () => {
  const seen = { accepted: 0, refused: 0 };
  fc.assert(
    fc.property(fc.oneof(inbound, held), (settings) => {
      const told = tell(settings);
      seen[told.includes("BEHALF_CONFIG_INVALID") ? "refused" : "accepted"]++;
      expect(told).not.toContain(marker);
    }),
    { seed, numRuns: 150 },
  );
  expect(Math.min(seen.accepted, seen.refused)).toBeGreaterThan(20);
});
