import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";
import { encryptionKey } from "./open-instance.ts";

/** What a process is told to do. */
export type Told =
  | { readonly evict: object }
  | { readonly token: string; readonly service: string }
  | { readonly token: string; readonly detach: object }
  | { readonly capability: string; readonly service: string }
  | { readonly count: true };

/** A process, and what it answers. */
export type EvictingProcess = (told: Told) => Promise<unknown>;

const program = fileURLToPath(new URL("evicting-process.mjs", import.meta.url));

/** Starts a process that ends with the current test. */
export async function startEvicting(port: number, settings: object): Promise<EvictingProcess> {
  const options = { ...settings, encryptionKeys: [encryptionKey] };
  const child = fork(program, [JSON.stringify({ port, options })], { execArgv: [] });
  onTestFinished(() => void child.kill("SIGKILL"));
  const exited = once(child, "exit").then(() => Promise.reject(new Error("The process ended.")));
  exited.catch(() => {});
  const waiting = new Map<unknown, (answer: unknown) => void>();
  child.on("message", ({ id, answer }: { readonly id: unknown; readonly answer: unknown }) =>
    waiting.get(id)?.(answer),
  );
  const answerTo = (id: unknown): Promise<unknown> =>
    Promise.race([new Promise((resolve) => waiting.set(id, resolve)), exited]);
  await answerTo("ready");
  let asked = 0;
  return (told) => {
    asked += 1;
    const answer = answerTo(asked);
    child.send({ id: asked, ...told });
    return answer;
  };
}
