import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { availableParallelism } from "node:os";

/** What the numbers were measured on. */
export interface Environment {
  readonly cores: number;
  readonly node: string;
  readonly packages: Readonly<Record<string, string>>;
}

const measured = [
  ...["behalf", "undici", "openid-client", "@azure/msal-node", "axios"],
  ...["fastify", "express", "jose", "fast-jwt", "express-oauth2-jwt-bearer"],
];

function readVersion(name: string): string {
  const folders = createRequire(import.meta.url).resolve.paths(name) ?? [];
  const manifest = folders.map((folder) => `${folder}/${name}/package.json`).find(existsSync);
  if (!manifest) return "unknown";
  const { version }: { readonly version?: string } = JSON.parse(readFileSync(manifest, "utf8"));
  return version ?? "unknown";
}

/** Reads cores, Node's version and those of the packages. */
export function readEnvironment(): Environment {
  return {
    cores: availableParallelism(),
    node: process.version,
    packages: Object.fromEntries(measured.map((name) => [name, readVersion(name)])),
  };
}

/** Writes the environment in one line. */
export function formatEnvironment({ cores, node, packages }: Environment): string {
  const versions = Object.entries(packages).map(([name, version]) => `${name} ${version}`);
  return [`${cores} cores`, `Node ${node}`, ...versions].join(", ");
}
