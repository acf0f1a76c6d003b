import type { ConfigurationProblem } from "../errors/configuration-error.ts";
import { isProtected, protectionFix } from "../values/is-protected.ts";
import { parsePathTemplate } from "../values/path-template.ts";
import { AuthNode, missingCredential } from "./auth-node.ts";
import { isAvailable } from "./grant-type.ts";
import { endpointKeys, serviceKeys } from "./known-keys.ts";
import type { Invalid, ResolvedEndpoint, ResolvedService } from "./resolved.ts";
import { endpointSchema, serviceSchema } from "./schema.ts";
import { toProblems } from "./to-problems.ts";
import { isTree } from "./tree.ts";

/** What every service is resolved against. */
export interface ServiceSurroundings {
  readonly defaults: AuthNode;
  readonly insecureRequestsAllowed: boolean;
}

/** What the node's grant needs and does not have. */
export function findMissing(node: AuthNode): readonly ConfigurationProblem[] {
  const path = node.configPath === "" ? "grantType" : `${node.configPath}.grantType`;
  if (!isAvailable(node.grantType)) {
    return [
      {
        path,
        given: `the grant type ${node.grantType}`,
        fix: "This version knows it but cannot use it yet; use tokenExchange, clientCredentials or none.",
      },
    ];
  }
  if (node.grantType === "none") return [];
  const id = node.clientId === undefined ? [missingCredential(node.configPath, "clientId")] : [];
  const secret = node.clientSecret === undefined ? [missingCredential(node.configPath, "clientSecret")] : [];
  return [...id, ...secret];
}

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
    const place = { path: `${configPath}.endpoints.${name}`, tree: given, knownKeys: () => endpointKeys };
    const checked = endpointSchema.safeParse(given);
    return checked.success ? [] : toProblems(checked.error.issues, place);
  });
}

function resolveEndpoint(name: string, given: unknown, service: AuthNode): ResolvedEndpoint | Invalid {
  const configPath = `${service.configPath}.endpoints.${name}`;
  const checked = endpointSchema.safeParse(given);
  if (!checked.success) {
    const place = { path: configPath, tree: given, knownKeys: () => endpointKeys };
    const invalid = toInvalid(name, configPath, toProblems(checked.error.issues, place));
    if (invalid) return invalid;
    throw checked.error;
  }
  const { path, methods, ...own } = checked.data;
  const auth = new AuthNode(configPath, own, service);
  const endpoint: ResolvedEndpoint = {
    name,
    auth,
    path: parsePathTemplate(path),
    methods: methods && new Set(methods),
  };
  return toInvalid(name, configPath, findMissing(auth)) ?? Object.freeze(endpoint);
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
    const place = { path: configPath, tree: given, knownKeys: () => serviceKeys };
    const problems = [...toProblems(checked.error.issues, place), ...listWrongEndpoints(configPath, given)];
    const invalid = toInvalid(name, configPath, problems);
    if (invalid) return invalid;
    throw checked.error;
  }
  const { host: hostText, basePath = "/", endpoints = {}, ...own } = checked.data;
  const host = new URL(hostText);
  const auth = new AuthNode(configPath, own, surroundings.defaults);
  const service: ResolvedService = {
    name,
    auth,
    origin: host.origin,
    basePath: basePath.replace(/\/+$/, ""),
    endpoints: new Map(Object.entries(endpoints).map(([key, endpoint]) => [key, resolveEndpoint(key, endpoint, auth)])),
  };
  const problems = [...findUnprotected(configPath, host, surroundings), ...findMissing(auth)];
  return toInvalid(name, configPath, problems) ?? Object.freeze(service);
}
