import { type AuthOptions, type BehalfOptions, createBehalf, type TenantOptions } from "behalf";
import { closeAfterTest, receive, toRoot } from "../../support/open-behalf.ts";
import type { ScriptedAs } from "../../support/scripted-as.ts";
import { some } from "../../support/some.ts";
import { startAs, startOneBackend } from "../../support/start-servers.ts";
import { exchanging } from "./open-world.ts";

/** A tenant with a server and a client of its own. */
export interface Tenant {
  readonly name: string;
  readonly as: ScriptedAs;
  readonly options: TenantOptions & { readonly authority: string };
}

/** Starts the server that knows the callers. */
export const startHome = (): Promise<ScriptedAs> => startAs();

/** Starts a tenant's server: it knows the tenant's client alone, and takes tokens of home as subjects. */
export async function startTenant(name: string, home: ScriptedAs, issuerPath = ""): Promise<Tenant> {
  const [clientId, clientSecret] = [`client-of-${name}`, `secret-of-${name}`];
  const trustedIssuers = [{ issuer: home.issuer, jwksUri: home.jwksUri }];
  const as = await startAs({ clients: [some.client({ clientId, clientSecret })], issuerPath, trustedIssuers });
  return { name, as, options: { authority: as.issuer, clientId, clientSecret } };
}

type TenantSettings = Partial<
  Pick<BehalfOptions<unknown, unknown>, "tenants" | "tenant" | "configDelegate" | "serviceDefaults" | "encryptionKeys">
>;

/** What of the instance a test may change. */
export interface TenantChanges {
  readonly settings?: TenantSettings;
  readonly auth?: AuthOptions;
}

/** Opens an instance with these tenants, and a backend. */
export async function openTenants(
  home: ScriptedAs,
  tenants: readonly Tenant[],
  { settings = {}, auth = {} }: TenantChanges = {},
) {
  const backend = await startOneBackend();
  const { url: host } = backend;
  const services = {
    inventory: { host, ...exchanging, ...auth },
    own: { host, grantType: "clientCredentials", audience: "inventory", ...auth },
    gateway: { host, grantType: "forward", forwardTo: host },
    public: { host, grantType: "none" },
  } as const;
  const listed = Object.fromEntries(tenants.map(({ name, options }) => [name, options]));
  const behalf = closeAfterTest(createBehalf({ ...toRoot(home), tenants: listed, ...settings, services }));
  const requestOf = async (claims: Readonly<Record<string, unknown>> = {}, headers = {}) =>
    receive(behalf, await home.issue(some.claims(claims)), headers);
  return { backend, behalf, requestOf };
}
