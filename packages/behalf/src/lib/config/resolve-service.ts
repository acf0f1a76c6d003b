import type { ConfigurationProblem } from "../errors/configuration-error.ts";
import { isProtected, protectionFix } from "../values/is-protected.ts";
import { parsePathTemplate } from "../values/path-template.ts";
import { AuthNode } from "./auth-node.ts";
import { listCallHooks } from "./call-hook-lists.ts";
import { type CheckSurroundings, checkOwn, checkUse } from "./check-node.ts";
import { checkInTenant, inEveryTenant } from "./check-tenants.ts";
import { endpointKeys, serviceKeys } from "./known-keys.ts";
import { omitRepeats } from "./omit-repeats.ts";
import type { CallHookOptions } from "./options.ts";
import { readOwnAuth } from "./own-auth.ts";
import type { Invalid, ResolvedEndpoint, ResolvedService } from "./resolved.ts";
import { endpointSchema, serviceSchema } from "./schema/service.ts";
import { toProblems } from "./to-problems.ts";
import { isTree } from "./tree.ts";

/** What every service is resolved against. */
export interface ServiceSurroundings extends CheckSurroundings {
  readonly defaults: AuthNode;
  /** Who is told of the calls to every service. */
  readonly hooks: CallHookOptions;
  /** The tenants that are configured. */
  readonly tenants: readonly string[];
}

/** Checks what a node is used for: in each tenant, where tenants are configured. */
function checkEveryUse(
  node: AuthNode,
  origin: string,
  surroundings: ServiceSurroundings,
): readonly ConfigurationProblem[] {
  const { tenants } = surroundings;
  if (tenants.length === 0) return checkUse(node, origin, surroundings);
  return inEveryTenant(node, tenants, (variant) => [
    ...checkInTenant(node, variant, surroundings),
    ...checkUse(variant, origin, surroundings),
  ]);
}

const checkNode = (
  node: AuthNode,
  origin: string,
  surroundings: ServiceSurroundings,
): readonly ConfigurationProblem[] =>
  omitRepeats([...checkOwn(node, surroundings), ...checkEveryUse(node, origin, surroundings)]);

const toInvalid = (
  name: string,
  configPath: string,
  problems: readonly ConfigurationProblem[],
): Invalid | undefined => {
  const [first, ...others] = problems;
  return first && Object.freeze<Invalid>({ name, configPath, problems: [first, ...others] });
};

/** What is wrong with the endpoints of a service that is wrong itself. */
function listWrongEndpoints(configPath: string, service: unknown): readonly ConfigurationProblem[] {
  const endpoints = isTree(service) && isTree(service.endpoints) ? service.endpoints : {};
  return Object.entries(endpoints).flatMap(([name, given]) => {
    const place = { path: `${configPath}.endpoints.${name}`, tree: given, levelKeys: endpointKeys };
    const checked = endpointSchema.safeParse(given);
    return checked.success ? [] : toProblems(checked.error.issues, place);
  });
}

/** The service that an endpoint belongs to. */
interface Owner {
  readonly service: AuthNode;
  readonly origin: string;
  readonly surroundings: ServiceSurroundings;
}

function resolveEndpoint(
  name: string,
  given: unknown,
  { service, origin, surroundings }: Owner,
): ResolvedEndpoint | Invalid {
  const configPath = `${service.configPath}.endpoints.${name}`;
  const checked = endpointSchema.safeParse(given);
  if (!checked.success) {
    const place = { path: configPath, tree: given, levelKeys: endpointKeys };
    const invalid = toInvalid(name, configPath, toProblems(checked.error.issues, place));
    if (invalid) return invalid;
    throw checked.error;
  }
  const { path, methods, ...own } = checked.data;
  const auth = new AuthNode(configPath, readOwnAuth(own), service);
  const endpoint: ResolvedEndpoint = {
    name,
    auth,
    path: parsePathTemplate(path),
    methods: methods && new Set(methods),
  };
  return toInvalid(name, configPath, checkNode(auth, origin, surroundings)) ?? Object.freeze(endpoint);
}

function findUnprotected(
  configPath: string,
  host: URL,
  surroundings: ServiceSurroundings,
): readonly ConfigurationProblem[] {
  if (isProtected(host, surroundings.insecureRequestsAllowed)) return [];
  return [{ path: `${configPath}.host`, given: `the unprotected URL ${host.origin}`, fix: protectionFix }];
}

/** Resolves one service; what is wrong with it does not touch the others. */
export function resolveService(
  name: string,
  given: unknown,
  surroundings: ServiceSurroundings,
): ResolvedService | Invalid {
  const configPath = `services.${name}`;
  const checked = serviceSchema.safeParse(given);
  if (!checked.success) {
    const place = { path: configPath, tree: given, levelKeys: serviceKeys };
    const problems = [...toProblems(checked.error.issues, place), ...listWrongEndpoints(configPath, given)];
    const invalid = toInvalid(name, configPath, problems);
    if (invalid) return invalid;
    throw checked.error;
  }
  const { host: hostText, basePath = "/", endpoints = {}, onRequest, onResponse, ...own } = checked.data;
  const host = new URL(hostText);
  const auth = new AuthNode(configPath, readOwnAuth(own), surroundings.defaults);
  const owner = { service: auth, origin: host.origin, surroundings };
  const service: ResolvedService = {
    name,
    auth,
    origin: host.origin,
    basePath: basePath.replace(/\/+$/, ""),
    ...listCallHooks(surroundings.hooks, checked.data),
    endpoints: new Map(
      Object.entries(endpoints).map(([key, endpoint]) => [key, resolveEndpoint(key, endpoint, owner)]),
    ),
  };
  const problems = [...findUnprotected(configPath, host, surroundings), ...checkNode(auth, host.origin, surroundings)];
  return toInvalid(name, configPath, problems) ?? Object.freeze(service);
}
