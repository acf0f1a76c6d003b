import { onTestFinished } from "vitest";
import { type ScriptedAs, type ScriptedAsOptions, startScriptedAs } from "./scripted-as.ts";
import { type Backend, type BackendOptions, startBackend } from "./scripted-backend.ts";

/** Both servers that an API talks to. */
export interface Servers {
  readonly as: ScriptedAs;
  readonly backend: Backend;
}

/** Starts an authorization server that is closed when the current test ends. */
export async function startAs(options?: ScriptedAsOptions): Promise<ScriptedAs> {
  const as = await startScriptedAs(options);
  onTestFinished(() => as.close());
  return as;
}

/** Starts a backend that is closed when the current test ends. */
export async function startOneBackend(options?: BackendOptions): Promise<Backend> {
  const backend = await startBackend(options);
  onTestFinished(() => backend.close());
  return backend;
}

/** Starts an authorization server and a backend that are closed when the current test ends. */
export async function startServers(options?: ScriptedAsOptions): Promise<Servers> {
  return { as: await startAs(options), backend: await startOneBackend() };
}
