import { resolve } from "node:path";
import { type Sidecar, startSidecar } from "../sidecar/start-sidecar.ts";
import type { SidecarWish } from "./read-arguments.ts";

/** Starts the sidecar whose configuration stands in a file. */
export function startConfiguredSidecar({ wants: _wants, config, ...own }: SidecarWish): Promise<Sidecar> {
  // The file says all of it: what stands in code is what it wins over.
  return startSidecar({ authority: "", services: {}, configFile: resolve(config), ...own });
}
