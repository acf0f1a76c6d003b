import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { onAllCores, type Place, stayOnCore } from "./stay-on-core.ts";

/** A process that answers questions, one at a time. */
export interface Child {
  /** Waits for the answer; rejects when the child ends without one, or takes more than five minutes. */
  ask<answer>(question: unknown): Promise<answer>;
  /** Keeps it on a core from now on, where the system can. */
  stayOn(place: Place): void;
  /** Ends the child and waits until it is gone. */
  end(): Promise<void>;
}

const longestAnswerMs = 300_000;
const longestGoodbyeMs = 2_000;

async function hear<answer>(child: ChildProcess, name: string): Promise<answer> {
  const silence = new AbortController();
  const gone = (): void => silence.abort(new Error(`The process "${name}" ended without an answer.`));
  const late = (): void => silence.abort(new Error(`The process "${name}" gave no answer in ${longestAnswerMs} ms.`));
  const timer = setTimeout(late, longestAnswerMs);
  child.once("exit", gone);
  try {
    const [message] = await once(child, "message", { signal: silence.signal });
    const answer: answer = JSON.parse(String(message));
    return answer;
  } catch (error) {
    throw silence.signal.reason ?? error;
  } finally {
    clearTimeout(timer);
    child.off("exit", gone);
  }
}

/** Starts a program of the bench. The parent's own Node options, such as `--cpu-prof`, are not passed on. */
export function startChild(program: URL, args: readonly string[] = [], nodeOptions: readonly string[] = []): Child {
  const child = onAllCores(() =>
    fork(program, args, { execArgv: [...nodeOptions], stdio: ["ignore", "inherit", "inherit", "ipc"] }),
  );
  const name = args[0] ?? "site";
  return {
    ask<answer>(question: unknown): Promise<answer> {
      if (!child.connected) return Promise.reject(new Error(`The process "${name}" has ended.`));
      const answer = hear<answer>(child, name);
      child.send(JSON.stringify(question));
      return answer;
    },
    stayOn: (place) => stayOnCore(child.pid, place),
    async end() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, "exit");
      const timer = setTimeout(() => child.kill("SIGKILL"), longestGoodbyeMs);
      if (child.connected) child.disconnect();
      await gone;
      clearTimeout(timer);
    },
  };
}
