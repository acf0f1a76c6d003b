import type { Actor, Item } from "./answers.ts";
import { askAs, type Environment, startEnvironment } from "./start-environment.ts";

function listActors({ sub, act }: Actor): readonly string[] {
  return act === undefined ? [sub] : [sub, ...listActors(act)];
}

function printToken({ token }: Item): void {
  console.log("\nThe token that the inventory got:");
  console.log(JSON.stringify(token, undefined, 2));
  console.log(`Read aloud: ${listActors(token.act).join(", acting for ")}, acting for ${token.sub}.`);
}

function printExchanges({ server }: Environment): void {
  console.log("\nWhat the authorization server saw:");
  for (const { clientId, subject, audience, outcome } of server.tokenRequests.snapshot()) {
    console.log(`  token exchange by ${clientId}: ${subject} for ${audience}, ${outcome}`);
  }
}

const environment = await startEnvironment();
try {
  console.log("alice → storefront → orders-api → inventory");
  printToken(await askAs("alice", environment));
  printExchanges(environment);
} finally {
  await environment.close();
}
