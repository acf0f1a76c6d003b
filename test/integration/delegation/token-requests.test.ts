import { type AuthOptions, allowInsecureRequests, createBehalf, type TenantOptions } from "behalf";
import { describe, expect, it } from "vitest";
import { reservedParameters } from "../../../packages/behalf/src/lib/config/reserved-parameters.ts";
import { closeAfterTest } from "../../support/open-behalf.ts";
import { startAs } from "../../support/start-servers.ts";
import { the } from "../../support/the.ts";
import { exchanging, openWorld, type World } from "./open-world.ts";

interface RootChanges extends Partial<AuthOptions> {
  readonly authority?: string;
  readonly trustedHosts?: string;
  readonly tenants?: Readonly<Record<string, TenantOptions>>;
  readonly [allowInsecureRequests]?: boolean;
}

function open(world: World, changes: { readonly root?: RootChanges; readonly service?: AuthOptions } = {}) {
  const inventory = { host: world.backend.url, ...exchanging, ...changes.service };
  return closeAfterTest(createBehalf({ ...world.root, ...changes.root, services: { inventory } }));
}

const capitalize = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);

describe("a parameter of the protocol among the extra ones", () => {
  it.each([...reservedParameters])("is refused by the configuration: %s", async (name) => {
    const world = await openWorld();
    for (const written of [name, name.toUpperCase(), capitalize(name), ` ${name}`]) {
      const extraParameters = { harmless: "yes", [written]: "mine" };
      const behalf = open(world, { service: { extraParameters } });
      const alice = await world.receive(behalf);
      const outcome = await alice.run(() => behalf.service("inventory").get("/"));
      const configPath = expect.stringContaining("services.inventory.extraParameters");
      expect(outcome).toMatchObject({ ok: false, error: { code: "BEHALF_CONFIG_INVALID", configPath } });
      expect(() => open(world, { root: { extraParameters } })).toThrow(
        expect.objectContaining({ code: "BEHALF_CONFIG_INVALID" }),
      );
    }
    world.expectSilence();
  });

  it.each([...reservedParameters])("is refused to a call: %s", async (name) => {
    const world = await openWorld();
    const behalf = open(world);
    const alice = await world.receive(behalf);
    for (const written of [name, name.toUpperCase(), capitalize(name), ` ${name}`]) {
      const extraParameters = { harmless: "yes", [written]: "mine" };
      const outcome = await alice.run(() => behalf.service("inventory").get("/", { extraParameters }));
      const error = { code: "BEHALF_REQUEST_REFUSED", refusal: "parameter", subject: written };
      expect(outcome).toMatchObject({ ok: false, error });
    }
    world.expectSilence();
  });
});

/** Where a token endpoint may stand in the configuration. */
const places: readonly (readonly [path: string, toChanges: (tokenEndpoint: string) => Parameters<typeof open>[1]])[] = [
  ["tokenEndpoint", (tokenEndpoint) => ({ root: { tokenEndpoint } })],
  ["services.inventory.tokenEndpoint", (tokenEndpoint) => ({ service: { tokenEndpoint } })],
  ["tenants.acme.tokenEndpoint", (tokenEndpoint) => ({ root: { tenants: { acme: { tokenEndpoint } } } })],
  [
    "services.inventory.identityProvider.tokenEndpoint",
    (tokenEndpoint) => ({ service: { identityProvider: { tokenEndpoint } } }),
  ],
];

/** The problems of a configuration, wherever they are told. */
async function listProblems(world: World, changes: Parameters<typeof open>[1]): Promise<readonly unknown[]> {
  try {
    const behalf = open(world, changes);
    const alice = await world.receive(behalf);
    const outcome = await alice.run(() => behalf.service("inventory").get("/"));
    return outcome.ok ? [] : [outcome.error];
  } catch (error) {
    return [error];
  }
}

describe.each(places)("a token endpoint at %s", (configPath, toChanges) => {
  it.each([
    ["in clear text", "http://192.0.2.1/token"],
    ["at a foreign host", "https://login.example.net/token"],
    ["at another port", "http://127.0.0.1:1/token"],
  ])("is refused %s", async (_case, tokenEndpoint) => {
    const world = await openWorld();
    const problems = await listProblems(world, toChanges(tokenEndpoint));
    expect(problems).toMatchObject([{ code: "BEHALF_CONFIG_INVALID", configPath }]);
    world.expectSilence();
  });

  it("is refused in clear text though the host is trusted", async () => {
    const world = await openWorld();
    const { root, service = {} } = toChanges("http://192.0.2.1/token") ?? {};
    const changes = { root: { ...root, trustedHosts: "192.0.2.1" }, service };
    expect(await listProblems(world, changes)).toMatchObject([{ code: "BEHALF_CONFIG_INVALID", configPath }]);
    world.expectSilence();
  });

  it("is let in, with a warning, at a foreign host that is trusted", async () => {
    const world = await openWorld();
    const { root, service = {} } = toChanges("https://login.example.net/token") ?? {};
    const behalf = open(world, { root: { ...root, trustedHosts: "login.example.net" }, service });
    expect(behalf.describe().warnings).toMatchObject([{ path: configPath, given: "the host login.example.net" }]);
  });
});

describe("a token endpoint at a trusted host", () => {
  it("is asked in the place of the one in the metadata", async () => {
    const world = await openWorld();
    const foreign = await startAs({ clock: world.clock });
    const { tokenEndpoint } = foreign;
    const trustedHosts = new URL(tokenEndpoint).host;
    const service = { tokenEndpoint, grantType: "clientCredentials" } as const;
    const behalf = open(world, { root: { trustedHosts }, service });
    await behalf.service("inventory").get("/").unwrap();
    expect([world.as.count("token"), foreign.count("token")]).toEqual([0, 1]);
  });

  it("is no trust in other hosts", async () => {
    const world = await openWorld();
    const root = { tokenEndpoint: "https://evil.example.net/token", trustedHosts: "login.example.net example.net" };
    expect(await listProblems(world, { root })).toMatchObject([{ configPath: "tokenEndpoint" }]);
    world.expectSilence();
  });
});

describe("an endpoint of another authority", () => {
  it("is not the one that was configured above it", async () => {
    const world = await openWorld();
    const other = await startAs({ clock: world.clock });
    const root = { tokenEndpoint: world.as.tokenEndpoint };
    const own = { authority: other.issuer, clientSecret: the.clientSecret };
    const service = { ...own, grantType: "clientCredentials" } as const;
    const behalf = open(world, { root, service });
    await behalf.service("inventory").get("/").unwrap();
    expect([world.as.count("token"), other.count("token")]).toEqual([0, 1]);
    expect(other.tokenRequest().form.get("audience")).toBe(the.audience);
  });
});
