import type { Client } from "./client.ts";
import { defaultClients, defaultPeople, defaultResources } from "./defaults.ts";
import type { DpopOptions } from "./dpop-options.ts";
import { invalidSetting, refuseRepeats } from "./invalid-setting.ts";
import type { AuthorizationServerOptions, SigningAlgorithm } from "./options.ts";
import type { Person } from "./person.ts";
import { resolveClient } from "./resolve-client.ts";
import { resolveResource } from "./resolve-resource.ts";
import { checkCertificateClients, resolveTls } from "./resolve-tls.ts";
import type { Resource } from "./resource.ts";
import { toBoolean, toWholeSeconds } from "./setting-values.ts";
import type { TlsOptions } from "./tls-options.ts";

/** The options, checked, with every default applied. */
export interface Settings {
  readonly people: readonly Person[];
  readonly clients: readonly Client[];
  readonly resources: readonly Resource[];
  readonly accessTokenLifetimeSeconds: number;
  readonly accessTokenAlgorithm: SigningAlgorithm;
  readonly host: string;
  readonly port: number;
  readonly refreshTokenLifetimeSeconds: number;
  readonly rotateRefreshTokens: boolean;
  readonly dpopNonceRequired: boolean;
  /** Absent for plain http. */
  readonly tls?: TlsOptions;
}

const known = {
  people: true,
  clients: true,
  resources: true,
  accessTokenLifetimeMs: true,
  accessTokenAlgorithm: true,
  host: true,
  port: true,
  refreshTokenLifetimeMs: true,
  rotateRefreshTokens: true,
  dpop: true,
  tls: true,
} satisfies Record<keyof AuthorizationServerOptions, true>;

/**
 * Checks the options and applies the defaults.
 *
 * @throws {TypeError} for the first setting that cannot be used, naming it
 */
export function resolveSettings(options: AuthorizationServerOptions): Settings {
  const unknown = Object.keys(options).find((key) => !Object.hasOwn(known, key));
  if (unknown !== undefined)
    throw invalidSetting(unknown, `one of the known options: ${Object.keys(known).join(", ")}`);

  const { accessTokenLifetimeMs = 600_000 } = options;
  const accessTokenLifetimeSeconds = toWholeSeconds("accessTokenLifetimeMs", accessTokenLifetimeMs);
  const resources = (options.resources ?? defaultResources).map((resource, index) =>
    resolveResource(resource, `resources[${index}]`, { accessTokenLifetimeMs }),
  );
  const clients = (options.clients ?? defaultClients).map((client, index) =>
    resolveClient(client, `clients[${index}]`, resources),
  );
  refuseRepeats(
    "resources",
    resources.map(({ name }) => name),
  );
  refuseRepeats(
    "resources",
    resources.map(({ uri }) => uri),
  );
  refuseRepeats(
    "clients",
    clients.map(({ id }) => id),
  );
  const tls = options.tls === undefined ? undefined : resolveTls(options.tls);
  checkCertificateClients(clients, tls);
  return Object.freeze({
    people: resolvePeople(options.people ?? defaultPeople),
    clients,
    resources,
    accessTokenLifetimeSeconds,
    accessTokenAlgorithm: resolveAlgorithm(options.accessTokenAlgorithm ?? "RS256"),
    host: resolveHost(options.host ?? "127.0.0.1"),
    port: resolvePort(options.port ?? 0),
    refreshTokenLifetimeSeconds: toWholeSeconds("refreshTokenLifetimeMs", options.refreshTokenLifetimeMs ?? 86_400_000),
    rotateRefreshTokens: toBoolean("rotateRefreshTokens", options.rotateRefreshTokens ?? true),
    dpopNonceRequired: resolveDpop(options.dpop ?? {}),
    ...(tls === undefined ? {} : { tls }),
  });
}

function resolvePeople(people: readonly Person[]): readonly Person[] {
  if (people.length === 0) throw invalidSetting("people", "at least one person");
  for (const [index, person] of people.entries()) {
    for (const field of ["id", "name", "email"] as const) {
      if (typeof person[field] !== "string" || person[field] === "") {
        throw invalidSetting(`people[${index}].${field}`, "a non-empty string");
      }
    }
  }
  refuseRepeats(
    "people",
    people.map(({ id }) => id),
  );
  return people.map(({ id, name, email }) => Object.freeze({ id, name, email }));
}

function resolveDpop(options: DpopOptions): boolean {
  const unknown = Object.keys(options).find((key) => key !== "requireNonce");
  if (unknown !== undefined) throw invalidSetting(`dpop.${unknown}`, "absent: the one option here is requireNonce");
  return toBoolean("dpop.requireNonce", options.requireNonce ?? false);
}

function resolveAlgorithm(algorithm: SigningAlgorithm): SigningAlgorithm {
  if (algorithm !== "RS256" && algorithm !== "ES256") throw invalidSetting("accessTokenAlgorithm", "RS256 or ES256");
  return algorithm;
}

function resolveHost(host: string): string {
  if (["", "0.0.0.0", "::"].includes(host)) {
    throw invalidSetting("host", "an address that clients can reach, since it becomes the issuer's host");
  }
  return host;
}

function resolvePort(port: number): number {
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw invalidSetting("port", "a port number, or 0");
  return port;
}
