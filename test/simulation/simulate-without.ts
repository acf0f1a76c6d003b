import { join } from "node:path";
import { createViteServer } from "vitest/node";
import { root } from "../support/run-program.ts";
import type { SimulationOptions, SimulationReport } from "./simulate.ts";

type Simulate = (options: SimulationOptions) => Promise<SimulationReport>;

interface SimulationModule {
  readonly simulate: Simulate;
}

const keySource = join(root, "packages/behalf/src/lib/tokens/token-key.ts");

const isSimulation = (module: object): module is SimulationModule =>
  "simulate" in module && typeof module.simulate === "function";

/** Takes the lines of these fields out of the code that lists what a key is made of. */
function removeFields(code: string, fields: readonly string[]): string {
  return fields.reduce((text, field) => {
    const [before, after, ...more] = text.split(`  ${field}: true,\n`);
    if (before === undefined || after === undefined || more.length > 0) throw new Error(`No one line lists ${field}.`);
    return before + after;
  }, code);
}

/** Loads the simulation over an SDK that is the one of this tree, but for some lines of its source. */
export interface ChangedSimulation {
  /** Loads it anew, over an SDK whose keys lack some fields. */
  loadWithout(...fields: readonly string[]): Promise<Simulate>;
  close(): Promise<void>;
}

/** Opens what loads it. What does not know of keys is loaded once. */
export async function openChangedSimulation(): Promise<ChangedSimulation> {
  let missing: readonly string[] = [];
  let changed = 0;
  const server = await createViteServer({
    root,
    configFile: false,
    logLevel: "error",
    server: { middlewareMode: true, hmr: false, ws: false, watch: null },
    optimizeDeps: { noDiscovery: true },
    plugins: [
      {
        name: "keys-without-fields",
        enforce: "pre",
        transform(code, id) {
          if (id !== keySource) return undefined;
          changed += 1;
          return removeFields(code, missing);
        },
      },
    ],
  });
  return {
    async loadWithout(...fields) {
      missing = fields;
      changed = 0;
      server.environments.ssr.moduleGraph.onFileChange(keySource);
      const module = await server.ssrLoadModule("/test/simulation/simulate.ts");
      if (!isSimulation(module) || changed !== 1) throw new Error("The simulation did not load over the changed code.");
      return module.simulate;
    },
    close: () => server.close(),
  };
}
