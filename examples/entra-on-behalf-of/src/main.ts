import { jwtBearerGrant } from "@behalf/dev";
import { askAs, type Environment, startEnvironment } from "./start-environment.ts";

function printEvidence({ server, inventory }: Environment): void {
  console.log("\nWhat the inventory saw:");
  for (const { subject, client, scope, actor } of inventory.served()) {
    console.log(`  sub ${subject}, client_id ${client}, scope ${scope}, act ${actor ?? "–"}`);
  }
  console.log("\nWhat the authorization server saw:");
  for (const { clientId, subject, audience, outcome } of server.tokenRequests.snapshot()) {
    console.log(`  ${jwtBearerGrant} by ${clientId}: ${subject} for ${audience}, ${outcome}`);
  }
}

const environment = await startEnvironment();
try {
  for (const person of ["alice", "bob"]) {
    console.log(`${person} asks: ${await askAs(person, environment)}`);
  }
  printEvidence(environment);
} finally {
  await environment.close();
}
