import type { TreePath } from "./tree.ts";

/** The settings that are read when they are needed: what they name may change while the program runs. */
const sourceKeys: ReadonlySet<string> = new Set([
  "clientSecret",
  "privateKey",
  "certificate",
  "clientAssertion",
  "ca",
  "proxy",
  "actorToken",
  "refreshToken",
]);

/** Of these, the ones that a configuration file may show. */
const publicKeys: ReadonlySet<string> = new Set(["certificate", "ca"]);

/** Whether the name at the position is one that somebody chose: of a service, an endpoint, a tenant or an authenticator. */
function isChosenName(path: TreePath, position: number): boolean {
  if (position === 1) return path[0] === "services" || path[0] === "tenants";
  if (position === 2) return path[0] === "inbound" && path[1] === "authenticators";
  return position === 3 && path[0] === "services" && path[2] === "endpoints";
}

/** Below these, names and values are the server's. */
const foreign: ReadonlySet<string> = new Set(["extraParameters", "authorizationDetails"]);

const isForeign = (path: TreePath): boolean =>
  path.some((name, position) => foreign.has(name) && !isChosenName(path, position));

/** Below these of the inbound side, names are those of specifications. */
const specified: ReadonlySet<string> = new Set(["keys", "resourceMetadata"]);

/** Criteria compare with what the sidecar alone may know. */
const isCriteria = (path: TreePath): boolean => path[0] === "inbound" && path.at(-1) === "mutedWhen";

function isSpecified(path: TreePath): boolean {
  if (path[0] !== "inbound") return false;
  return specified.has(path[1] ?? "") || (path[1] === "authenticators" && specified.has(path[3] ?? ""));
}

/** Finds the setting at the path, or above it, that is read when it is needed; of a list, the setting of all. */
function findSourceKey(path: TreePath): string | undefined {
  if (isForeign(path) || isSpecified(path)) return undefined;
  if (path[0] === "encryptionKeys") return path[2] === "key" ? "key" : undefined;
  return path.find((name, position) => sourceKeys.has(name) && !isChosenName(path, position));
}

/** Whether what stands at the path is read when it is needed. */
export function isSourcePlace(path: TreePath): boolean {
  const key = findSourceKey(path);
  if (key === undefined) return false;
  // Below a key or in a list of them there are JWKs, whose members are no sources.
  const last = path.findLast((name) => !/^\d+$/.test(name));
  return last === key;
}

/** Whether a secret can stand at the path, or above it. */
export function isSecretPlace(path: TreePath): boolean {
  const key = findSourceKey(path);
  return key !== undefined && !publicKeys.has(key);
}

/** The path of the setting, where the path is that of a part of a secret: of a JWK, say. */
export function toSecretPlace(path: TreePath): TreePath {
  const key = findSourceKey(path);
  return key === undefined ? path : path.slice(0, path.lastIndexOf(key) + 1);
}

/** What is an object with secrets in it: a text in its place may be one of them. */
const groups: ReadonlySet<string> = new Set(["clientCertificate", "dpop", "identityProvider", "serviceDefaults"]);

function isGroup(path: TreePath): boolean {
  const position = path.length - 1;
  if (position === 1 && path[0] === "tenants") return true;
  if (path[0] === "inbound" && (position === 0 || isChosenName(path, position))) return true;
  return groups.has(path[position] ?? "") && !isChosenName(path, position);
}

/** Whether what stands at the path is not for other eyes: secrets, and what only the server knows the meaning of. */
export function isHiddenPlace(path: TreePath): boolean {
  const holdsSecrets = path[0] === "encryptionKeys" || isCriteria(path) || (path[0] === "tenants" && path.length === 1);
  return holdsSecrets || isGroup(path) || isForeign(path) || isSpecified(path) || findSourceKey(path) !== undefined;
}
