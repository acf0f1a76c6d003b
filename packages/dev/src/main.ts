#!/usr/bin/env node
import { describeServer } from "./command/describe-server.ts";
import { readArguments, usage } from "./command/read-arguments.ts";
import { untilStopped } from "./command/until-stopped.ts";
import { type AuthorizationServer, startAuthorizationServer } from "./start-authorization-server.ts";

async function main(): Promise<void> {
  const wish = readArguments(process.argv.slice(2));
  if (wish.wants === "usage") return void process.stdout.write(usage);
  if (wish.wants === "correction") return fail(`${wish.problem}\n\n${usage}`);

  const server = await start(wish.port);
  if (server === undefined) return;
  process.stdout.write(describeServer(server));
  await untilStopped();
  await server.close();
}

async function start(port: number): Promise<AuthorizationServer | undefined> {
  try {
    return await startAuthorizationServer({ port });
  } catch (error) {
    if (!(error instanceof Error && "code" in error)) throw error;
    fail(`Cannot listen on port ${port}: ${error.code}. Choose another one with --port, or 0 for a free one.\n`);
    return undefined;
  }
}

function fail(message: string): void {
  process.stderr.write(message);
  process.exitCode = 1;
}

await main();
