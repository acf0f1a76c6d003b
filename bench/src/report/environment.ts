import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { availableParallelism, cpus, type } from "node:os";
import { keepsApart } from "../children/stay-on-core.ts";

/** What the numbers were measured on, and when. It names no machine and no path. */
export interface Environment {
  readonly date: string;
  readonly cpu: string;
  readonly cores: number;
  /** The kernel's name. */
  readonly kernel: string;
  readonly node: string;
  /** Whether the rows had a core for themselves. @default false */
  readonly apart?: boolean;
  readonly packages: Readonly<Record<string, string>>;
}

const measured = [
  ...["behalf", "undici", "openid-client", "@azure/msal-node", "axios", "ky", "got", "undici-oidc-interceptor"],
  ...["simple-oauth2", "google-auth-library", "@sap-cloud-sdk/http-client"],
  ...["fastify", "express", "jose", "fast-jwt", "express-oauth2-jwt-bearer"],
];

function readVersion(name: string): string {
  const folders = createRequire(import.meta.url).resolve.paths(name) ?? [];
  const manifest = folders.map((folder) => `${folder}/${name}/package.json`).find(existsSync);
  if (!manifest) return "unknown";
  const { version }: { readonly version?: string } = JSON.parse(readFileSync(manifest, "utf8"));
  return version ?? "unknown";
}

/** Reads the day, the processor, the kernel's name, Node's version and those of the packages. */
export function readEnvironment(): Environment {
  return {
    date: new Date().toISOString().slice(0, "2026-01-15".length),
    cpu: cpus()[0]?.model.trim() ?? "unknown",
    cores: availableParallelism(),
    kernel: type(),
    node: process.version,
    apart: keepsApart,
    packages: Object.fromEntries(measured.map((name) => [name, readVersion(name)])),
  };
}

/** Writes the machine in one line. */
export function formatMachine({ date, cpu, cores, kernel, node, apart = false }: Environment): string {
  const places = apart ? ", one of them for the row that is measured" : "";
  return `${date}: ${cpu}, ${cores} core${cores === 1 ? "" : "s"}${places}, ${kernel}, Node ${node}`;
}

/** Writes the versions of the packages in one line. */
export function formatPackages({ packages }: Environment): string {
  return Object.entries(packages)
    .map(([name, version]) => `${name} ${version}`)
    .join(", ");
}
