import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { readOutput, root } from "./run-program.ts";
import { removeFolder } from "./temporary-folder.ts";

/** The servers that a store can be in. */
export const serverNames = ["redis-server", "valkey-server"] as const;
export type ServerName = (typeof serverNames)[number];

// scripts/debian-packages.mjs unpacks there what the machine's own release has not.
const unpacked = join(root, "node_modules/.cache/debian/usr/bin");

/** Finds the program of a server on this machine. */
export function findServer(name: ServerName): string | undefined {
  const folders = [...(process.env.PATH ?? "").split(delimiter), unpacked];
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
}

/** Gives a port of 127.0.0.1 that was free a moment ago. */
export async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

/** How a server is started. */
export interface RedisServerOptions {
  readonly name?: ServerName;
  /** More of its arguments. */
  readonly args?: readonly string[];
  /** Makes it a sentinel, which watches another server of this machine under a name. */
  readonly watches?: { readonly name: string; readonly port: number };
}

/** A server on a port of 127.0.0.1, that keeps nothing on disk. */
export interface RedisServer {
  readonly port: number;
  readonly url: string;
  /** Of the first process. */
  readonly pid: number | undefined;
  /** Sends one command, and gives what the server's own command line prints. */
  ask(...command: readonly string[]): Promise<string>;
  /** Ends it at once, as a crash would. */
  kill(): Promise<void>;
  /** Starts it again after `kill`, on the same port and with nothing in it. */
  start(): Promise<void>;
  /** Lets it neither answer nor close a connection. */
  freeze(): void;
  thaw(): void;
  /** Ends it, and removes its folder. Stopping twice is allowed. */
  stop(): Promise<void>;
}

async function untilReady(child: ChildProcess): Promise<void> {
  let said = "";
  const ended = once(child, "exit").then(() => Promise.reject(new Error(`The server ended:\n${said}`)));
  const ready = new Promise<void>((resolve) => {
    child.stdout?.on("data", (chunk) => {
      said += chunk;
      if (/Ready to accept connections|Sentinel ID is/.test(said)) resolve();
    });
  });
  ended.catch(() => {});
  await Promise.race([ready, ended]);
}

const running = new Set<ChildProcess>();
process.once("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

async function launch(program: string, args: readonly string[], cwd: string): Promise<ChildProcess> {
  const child = spawn(program, args, { cwd, stdio: ["ignore", "pipe", "ignore"] });
  running.add(child);
  child.once("exit", () => running.delete(child));
  await untilReady(child);
  return child;
}

/** Gives the arguments that make a server a sentinel. It writes to its settings, so they are a file. */
function toSentinel(
  { name, port }: { readonly name: string; readonly port: number },
  folder: string,
): readonly string[] {
  const file = join(folder, "sentinel.conf");
  writeFileSync(file, `sentinel monitor ${name} 127.0.0.1 ${port} 1\n`);
  return [file, "--sentinel"];
}

/** Starts a server of this machine. */
export async function startRedis(options: RedisServerOptions = {}): Promise<RedisServer> {
  const { name = "redis-server", args = [], watches } = options;
  const program = findServer(name);
  if (program === undefined) throw new Error(`${name} is not on this machine`);
  const folder = mkdtempSync(join(tmpdir(), "behalf-redis-"));
  const port = await findFreePort();
  const forgetful = ["--save", "", "--appendonly", "no"];
  const role = watches ? toSentinel(watches, folder) : forgetful;
  const all = [...role, "--port", String(port), "--bind", "127.0.0.1", "--dir", folder, ...args];
  const launchHere = () => launch(program, all, folder);
  let child = await launchHere();

  async function kill(): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, "exit");
    child.kill("SIGKILL");
    await exited;
  }

  return {
    port,
    url: `redis://127.0.0.1:${port}`,
    pid: child.pid,
    ask: (...command) =>
      readOutput(join(dirname(program), name.replace("server", "cli")), ["-p", String(port), ...command]),
    kill,
    async start() {
      child = await launchHere();
    },
    freeze: () => void child.kill("SIGSTOP"),
    thaw: () => void child.kill("SIGCONT"),
    async stop() {
      await kill();
      removeFolder(folder);
    },
  };
}
