import { ask, type Environment, signIn, startEnvironment } from "./start-environment.ts";
import { steal } from "./steal.ts";

async function askTwice(environment: Environment): Promise<void> {
  const token = await signIn("alice", environment);
  console.log(`alice asks:       ${await ask(token, environment)}`);
  console.log(`alice asks again: ${await ask(token, environment)}`);
}

function printEvidence({ server, inventory }: Environment): void {
  console.log("\nWhat the authorization server saw:");
  for (const { clientId, outcome } of server.tokenRequests.snapshot()) console.log(`  ${clientId}: ${outcome}`);
  console.log("\nWhat the inventory saw:");
  for (const { outcome, subject } of inventory.visits()) console.log(`  ${outcome} ${subject ?? ""}`.trimEnd());
}

async function printTheft({ inventory }: Environment): Promise<void> {
  console.log("\nThe same token, stolen from the inventory's log:");
  for (const { way, answer } of await steal(inventory)) console.log(`  ${way}: ${answer}`);
}

const environment = await startEnvironment();
try {
  await askTwice(environment);
  printEvidence(environment);
  await printTheft(environment);
} finally {
  await environment.close();
}
