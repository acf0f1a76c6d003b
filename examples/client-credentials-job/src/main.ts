import { setTimeout } from "node:timers/promises";
import { type Environment, startEnvironment } from "./start-environment.ts";

const runs = 3;
const everyMs = 200;

async function runOnSchedule({ stockReport }: Environment): Promise<void> {
  for (let run = 1; run <= runs; run++) {
    console.log(`run ${run}: ${await stockReport.run()}`);
    if (run < runs) await setTimeout(everyMs);
  }
}

function printEvidence({ server, inventory, pricing }: Environment): void {
  console.log("\nWhat the backends saw:");
  for (const { name, served } of [inventory, pricing]) {
    for (const { subject, client, actor } of served()) {
      console.log(`  ${name}: sub ${subject}, client_id ${client}, act ${actor ?? "–"}`);
    }
  }
  console.log("\nWhat the authorization server saw:");
  for (const { id, authentication } of server.clients) {
    const issued = server.tokenRequests.count({ grantType: "client_credentials", clientId: id, outcome: "issued" });
    console.log(`  ${id}: proved by ${authentication}, ${issued} token for all runs`);
  }
}

const environment = await startEnvironment();
try {
  await runOnSchedule(environment);
  printEvidence(environment);
} finally {
  await environment.close();
}
