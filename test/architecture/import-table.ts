/** A folder of `packages/behalf/src/lib`, and the folders beside it that it may import from, for types as well. */
export type ImportTable = Readonly<Record<string, readonly string[]>>;

const foundation = ["errors", "values", "diagnostics"] as const;
const belowServices = ["outcome", "config", "context", "oauth", "tokens", "inbound", "transport"] as const;

export const importTable: ImportTable = {
  errors: [],
  outcome: ["errors"],
  values: ["errors"],
  diagnostics: ["errors", "values"],
  config: ["errors", "outcome", "values"],
  context: [...foundation],
  oauth: [...foundation, "config"],
  tokens: [...foundation, "config", "oauth"],
  inbound: [...foundation, "config", "context", "oauth"],
  transport: [...foundation],
  services: [...foundation, ...belowServices],
  respond: ["errors", "outcome", "values", "context"],
  redis: ["errors", "values", "tokens"],
  opentelemetry: ["errors", "values", "diagnostics"],
  behalf: [...foundation, ...belowServices, "services", "respond", "redis", "opentelemetry"],
};

/** The folders that see the rest of the package from outside: they import the public entries `src/*.ts` only. */
export const outsideFolders: readonly string[] = ["adapters", "testing"];

/** Those of them whose folders do not import each other. */
export const separateFolders: readonly string[] = ["adapters"];
