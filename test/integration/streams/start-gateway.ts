import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";
import { startAs } from "../../support/start-servers.ts";
import { the } from "../../support/the.ts";

/** What a process holds, in megabytes. */
export interface Memory {
  /** The largest resident set since it began. */
  readonly peakMb: number;
  readonly heapMb: number;
}

/** A gateway in a process of its own. */
export interface Gateway {
  readonly url: string;
  memory(): Promise<Memory>;
  /** The codes of the errors that its streams ended by. */
  failures(): Promise<readonly string[]>;
}

const program = fileURLToPath(new URL("gateway-process.mjs", import.meta.url));

/** Starts a gateway to a backend; it ends with the current test. */
export async function startGateway(backend: string): Promise<Gateway> {
  const as = await startAs();
  const options = {
    authority: as.issuer,
    clientId: the.clientId,
    clientSecret: the.clientSecret,
    inbound: { audience: the.clientId },
    services: { files: { host: backend, grantType: "clientCredentials" } },
  };
  const child = fork(program, [JSON.stringify(options)], { execArgv: [] });
  onTestFinished(() => void child.kill("SIGKILL"));
  const exited = once(child, "exit").then(() => Promise.reject(new Error("The gateway ended.")));
  exited.catch(() => {});
  const waiting = new Map<unknown, (answer: unknown) => void>();
  child.on("message", ({ id, answer }: { readonly id: unknown; readonly answer: unknown }) =>
    waiting.get(id)?.(answer),
  );
  const wait = (id: unknown): Promise<unknown> =>
    Promise.race([new Promise((resolve) => waiting.set(id, resolve)), exited]);
  let asked = 0;
  // What the process sends is what its program says it sends.
  const ask = async <answer>(question: string): Promise<answer> => {
    asked += 1;
    child.send({ id: asked, question });
    return (await wait(asked)) as answer;
  };
  const port = await wait("ready");
  return {
    url: `http://127.0.0.1:${port}`,
    memory: () => ask("memory"),
    failures: () => ask("failures"),
  };
}
