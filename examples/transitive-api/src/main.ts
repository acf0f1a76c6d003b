import { once } from "node:events";
import { parseArgs } from "node:util";
import type { Arrangement } from "./arrangement.ts";
import { describeEnvironment } from "./describe-environment.ts";
import { gatherEvidence } from "./gather-evidence.ts";
import { judge } from "./judge.ts";
import { startEnvironment } from "./start-environment.ts";
import { renderTable } from "./table.ts";
import { wantsColor } from "./wants-color.ts";

const requests = 50;

const { values } = parseArgs({
  options: {
    once: { type: "boolean", default: false },
    sidecar: { type: "boolean", default: false },
    "dev-proxy": { type: "boolean", default: false },
  },
});

async function main(): Promise<void> {
  const arrangement = chooseArrangement(values);
  const environment = await startEnvironment(arrangement);
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

function chooseArrangement({ sidecar, "dev-proxy": devProxy }: typeof values): Arrangement {
  if (sidecar && devProxy) throw new TypeError("--sidecar and --dev-proxy are two ways of running: choose one.");
  if (sidecar) return "sidecar";
  return devProxy ? "devProxy" : "direct";
}

function renderVerdict(problems: readonly string[]): string {
  if (problems.length === 0) {
    return `All ${requests} answers are right: each person's own, by one exchange per person and backend.\n`;
  }
  process.exitCode = 1;
  return `Not as it must be:\n${problems.map((problem) => `  - ${problem}`).join("\n")}\n`;
}

await main();
