#!/usr/bin/env node
import { describeServer } from "./command/describe-server.ts";
import { describeSidecar } from "./command/describe-sidecar.ts";
import { type CommandArguments, readArguments, usage } from "./command/read-arguments.ts";
import { startConfiguredSidecar } from "./command/start-configured-sidecar.ts";
import { untilStopped } from "./command/until-stopped.ts";
import { startAuthorizationServer } from "./start-authorization-server.ts";

interface Started {
  readonly description: string;
  close(): Promise<void>;
}

type Wish = Extract<CommandArguments, { readonly port: number }>;

async function main(): Promise<void> {
  const wish = readArguments(process.argv.slice(2));
  if (wish.wants === "usage") return void process.stdout.write(usage);
  if (wish.wants === "correction") return fail(`${wish.problem}\n\n${usage}`);

  const started = await attempt(wish);
  if (started === undefined) return;
  process.stdout.write(started.description);
  await untilStopped();
  await started.close();
}

async function start(wish: Wish): Promise<Started> {
  if (wish.wants === "sidecar") {
    const sidecar = await startConfiguredSidecar(wish);
    return { description: describeSidecar(sidecar), close: sidecar.close };
  }
  const server = await startAuthorizationServer({ port: wish.port });
  return { description: describeServer(server), close: server.close };
}

/** What the person can mend is told in a sentence; anything else is a failure of the program. */
async function attempt(wish: Wish): Promise<Started | undefined> {
  try {
    return await start(wish);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : undefined;
    if (code?.startsWith("E")) {
      fail(`Cannot listen on port ${wish.port}: ${code}. Choose another one with --port, or 0 for a free one.\n`);
    } else if (
      wish.wants === "sidecar" &&
      error instanceof Error &&
      (code !== undefined || error instanceof TypeError)
    ) {
      fail(`The sidecar cannot be started with ${wish.config}:\n${error.message}\n`);
    } else throw error;
    return undefined;
  }
}

function fail(message: string): void {
  process.stderr.write(message);
  process.exitCode = 1;
}

await main();
