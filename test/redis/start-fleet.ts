import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { ScriptedAs } from "../support/scripted-as.ts";
import { the } from "../support/the.ts";

/** What became of the calls of one process. */
export interface FleetResult {
  readonly failures: readonly string[];
  /** How many calls had their token from where. */
  readonly sources: Readonly<Record<string, number>>;
  readonly durationMs: number;
}

/** Calls to a service: each has a token of its own. */
export interface FleetCalls {
  /** The library of the client. */
  readonly kind: string;
  readonly service: "jobs" | "invoices";
  readonly calls: number;
}

/** One process of a fleet. */
export interface FleetProcess {
  /** Makes calls at the same time. */
  call(calls: FleetCalls): Promise<FleetResult>;
  /** Ends it at once, as a crash would. */
  kill(): Promise<void>;
}

/** Where a fleet lives. */
export interface FleetSettings {
  readonly as: ScriptedAs;
  readonly backendUrl: string;
  /** The port of the shared store. */
  readonly port: number;
}

const program = fileURLToPath(new URL("fleet-process.mjs", import.meta.url));
const encryptionKeys = [{ id: "2026", key: Buffer.alloc(32, 7).toString("base64") }];

const services: readonly FleetCalls["service"][] = ["jobs", "invoices"];
const grantType = "clientCredentials";

function toOptions({ as, backendUrl }: FleetSettings): object {
  return {
    authority: as.issuer,
    clientId: the.clientId,
    clientSecret: the.clientSecret,
    encryptionKeys,
    services: Object.fromEntries(services.map((name) => [name, { host: backendUrl, grantType, scope: name }])),
  };
}

function listen(child: ChildProcess): (id: unknown) => Promise<FleetResult> {
  const waiting = new Map<unknown, (result: FleetResult) => void>();
  child.on("message", (message: FleetResult & { readonly id: unknown }) => waiting.get(message.id)?.(message));
  return (id) => new Promise((resolve) => waiting.set(id, resolve));
}

async function startOne(settings: FleetSettings): Promise<FleetProcess> {
  const { port } = settings;
  const child = fork(program, [JSON.stringify({ port, options: toOptions(settings) })], { execArgv: [] });
  const exited = once(child, "exit");
  const answerTo = listen(child);
  await Promise.race([answerTo("ready"), exited.then(() => Promise.reject(new Error("The process ended.")))]);
  let asked = 0;
  return {
    call(calls) {
      asked += 1;
      child.send({ id: asked, ...calls });
      return answerTo(asked);
    },
    async kill() {
      child.kill("SIGKILL");
      await exited;
    },
  };
}

/** Starts processes. Kill them in the end. */
export function startFleet(size: number, settings: FleetSettings): Promise<readonly FleetProcess[]> {
  return Promise.all(Array.from({ length: size }, () => startOne(settings)));
}
