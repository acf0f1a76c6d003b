import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";
import { type Clock, createClock } from "../../support/clock.ts";
import { type ScriptedAs, startScriptedAs } from "../../support/scripted-as.ts";
import { type Backend, startBackend } from "../../support/scripted-backend.ts";
import { the } from "../../support/the.ts";
import { encryptionKey } from "./open-instance.ts";

/** How calls are made. */
export interface CallsAtOnce {
  /** @default 1 */
  readonly calls?: number;
  /** Whether what keeps the successor ever ends. @default true */
  readonly keeps?: boolean;
}

/** A process with the refresh token. */
export interface RefreshProcess {
  /** Calls at the present time of the fleet; gives the statuses, or the codes of the errors, each once. */
  call(how?: CallsAtOnce): Promise<readonly unknown[]>;
  /** Ends it at once, as a crash would. */
  kill(): Promise<void>;
}

/** Processes that were given one refresh token. */
export interface ProcessFleet {
  readonly as: ScriptedAs;
  readonly backend: Backend;
  readonly clock: Clock;
  readonly processes: readonly [RefreshProcess, ...RefreshProcess[]];
  /** Gives all of them another refresh token. */
  giveAnew(): void;
  /** The refresh tokens that were sent, in order. */
  sent(): readonly (string | null)[];
  /** How the requests for tokens ended, each way once. */
  outcomes(): readonly unknown[];
  /** Lets all access tokens end. */
  letTokensEnd(): void;
  /** Ends the processes and the servers. */
  close(): Promise<void>;
}

const program = fileURLToPath(new URL("refresh-process.mjs", import.meta.url));
const unique = (items: readonly unknown[]): readonly unknown[] => [...new Set(items)];

async function start(settings: object, present: () => object): Promise<RefreshProcess> {
  const child = fork(program, [JSON.stringify(settings)], { execArgv: [] });
  const exited = once(child, "exit");
  const waiting = new Map<unknown, (answer: readonly unknown[]) => void>();
  const ready = new Promise((resolve) => waiting.set("ready", resolve));
  child.on("message", ({ id, answer }: { readonly id: unknown; readonly answer: readonly unknown[] }) => {
    waiting.get(id)?.(answer);
    waiting.delete(id);
  });
  await Promise.race([ready, exited.then(() => Promise.reject(new Error("The process ended.")))]);
  let asked = 0;
  return {
    async call({ calls = 1, keeps = true } = {}) {
      asked += 1;
      const id = asked;
      const answered = new Promise<readonly unknown[]>((resolve) => waiting.set(id, resolve));
      child.send({ id, calls, keeps, ...present() });
      return unique(await answered);
    },
    async kill() {
      child.kill("SIGKILL");
      await exited;
    },
  };
}

/** Starts processes at a shared store on this port. Close them in the end. */
export async function openFleet(count: number, port: number): Promise<ProcessFleet> {
  const clock = createClock();
  const [as, backend] = [await startScriptedAs({ clock }), await startBackend()];
  const issue = (): string => as.issueRefreshToken({ clientId: the.clientId, sub: the.alice });
  let token = issue();
  const options = {
    authority: as.issuer,
    clientId: the.clientId,
    clientSecret: the.clientSecret,
    encryptionKeys: [encryptionKey],
  };
  const startOne = (): Promise<RefreshProcess> =>
    start({ port, host: backend.url, options }, () => ({ at: clock.now(), token }));
  const processes = await Promise.all([startOne(), ...Array.from({ length: count - 1 }, startOne)]);
  return {
    as,
    backend,
    clock,
    processes,
    giveAnew() {
      token = issue();
    },
    sent: () => as.tokenRequests.map(({ form }) => form.get("refresh_token")),
    outcomes: () => unique(as.tokenFlow.map(({ outcome }) => outcome)),
    letTokensEnd: () => clock.advance(300_000),
    async close() {
      await Promise.all(processes.map((process) => process.kill()));
      await Promise.all([as.close(), backend.close()]);
    },
  };
}

/** Starts processes that end with the current test. */
export async function startFleet(count: number, port: number): Promise<ProcessFleet> {
  const fleet = await openFleet(count, port);
  onTestFinished(() => fleet.close());
  return fleet;
}
