import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Eviction } from "behalf";
import { onTestFinished } from "vitest";
import type { ScriptedAs } from "../../support/scripted-as.ts";
import { the } from "../../support/the.ts";
import { encryptionKey, type ShownHeaders } from "./open-instance.ts";

/** orders-api in a process of its own. */
export interface OrdersProcess {
  /** Tells whether the shared store has it. */
  evict(eviction: Eviction): Promise<unknown>;
  verdict(shown: ShownHeaders): Promise<unknown>;
  /** Ends it at once, as a crash would. */
  kill(): Promise<void>;
  /** Stops talking to it; gives its exit code. */
  leave(): Promise<unknown>;
}

const program = fileURLToPath(new URL("orders-process.mjs", import.meta.url));

/** Starts a process that ends with the current test. */
export async function startProcess({
  as,
  port,
  inbound = {},
}: {
  readonly as: ScriptedAs;
  readonly port: number;
  readonly inbound?: object;
}): Promise<OrdersProcess> {
  const options = {
    authority: as.issuer,
    clientId: the.clientId,
    clientSecret: the.clientSecret,
    inbound: { audience: the.clientId, ...inbound },
    encryptionKeys: [encryptionKey],
    services: {},
  };
  const child = fork(program, [JSON.stringify({ port, options })], { execArgv: [] });
  const exited = once(child, "exit");
  onTestFinished(() => void child.kill("SIGKILL"));
  const waiting = new Map<unknown, (answer: unknown) => void>();
  const ready = new Promise((resolve) => waiting.set("ready", resolve));
  child.on("message", (message: { readonly id: unknown; readonly answer: unknown }) => {
    waiting.get(message.id)?.(message.answer);
    waiting.delete(message.id);
  });
  await Promise.race([ready, exited.then(() => Promise.reject(new Error("The process ended.")))]);

  let asked = 0;
  const ask = (question: object): Promise<unknown> =>
    new Promise((resolve) => {
      asked += 1;
      waiting.set(asked, resolve);
      child.send({ id: asked, ...question });
    });
  return {
    evict: (evict) => ask({ evict }),
    verdict: (shown) => ask({ shown }),
    async kill() {
      child.kill("SIGKILL");
      await exited;
    },
    async leave() {
      child.disconnect();
      const [code] = await exited;
      return code;
    },
  };
}
