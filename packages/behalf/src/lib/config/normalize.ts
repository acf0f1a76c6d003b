import { isTree, type Tree } from "./tree.ts";

function normalizeEndpoint(endpoint: unknown): unknown {
  return typeof endpoint === "string" ? { path: endpoint } : endpoint;
}

function fromUrl(name: string, text: string): unknown {
  if (!URL.canParse(text)) return { host: text };
  const url = new URL(text);
  if (url.search || url.hash || url.username || url.password) return { host: text };
  return { host: url.origin, basePath: url.pathname, endpoints: { [name]: { path: "/" } } };
}

function normalizeService(name: string, service: unknown): unknown {
  if (typeof service === "string") return fromUrl(name, service);
  if (!isTree(service) || !isTree(service.endpoints)) return service;
  const endpoints = Object.entries(service.endpoints).map(([key, endpoint]) => [key, normalizeEndpoint(endpoint)]);
  return { ...service, endpoints: Object.fromEntries(endpoints) };
}

/** Writes the short forms of services and endpoints out, so that one layer can be laid over another. */
export function normalize(tree: Tree): Tree {
  if (!isTree(tree.services)) return tree;
  const services = Object.entries(tree.services).map(([name, service]) => [name, normalizeService(name, service)]);
  return { ...tree, services: Object.fromEntries(services) };
}
