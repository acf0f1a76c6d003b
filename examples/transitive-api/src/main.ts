import { once } from "node:events";
import { parseArgs } from "node:util";
import { describeEnvironment } from "./describe-environment.ts";
import { gatherEvidence } from "./gather-evidence.ts";
import { judge } from "./judge.ts";
import { startEnvironment } from "./start-environment.ts";
import { renderTable } from "./table.ts";
import { wantsColor } from "./wants-color.ts";

const requests = 50;

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { once: { type: "boolean", default: false } } });
  const environment = await startEnvironment();
  const stopped = Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")]);
  try {
    const evidence = await gatherEvidence(environment, requests);
    const color = wantsColor(process.stdout, process.env.NO_COLOR);
    process.stdout.write(`${renderTable(evidence.hops, { color })}\n${renderVerdict(judge(evidence))}\n`);
    if (values.once) return;
    process.stdout.write(describeEnvironment(environment));
    await stopped;
  } finally {
    await environment.close();
  }
}

function renderVerdict(problems: readonly string[]): string {
  if (problems.length === 0) {
    return `All ${requests} answers are right: each person's own, by one exchange per person and backend.\n`;
  }
  process.exitCode = 1;
  return `Not as it must be:\n${problems.map((problem) => `  - ${problem}`).join("\n")}\n`;
}

await main();
