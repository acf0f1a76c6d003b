import { ensureBuilt } from "./build.mjs";
import { ensureInstalled } from "./install.mjs";
import { listExamples, renderExamples } from "./list-examples.mjs";
import { runNode } from "./run-node.mjs";

const [name, ...args] = process.argv.slice(2);
const examples = listExamples();

if (name === undefined) {
  console.log(renderExamples(examples));
} else if (examples.some((example) => example.name === name)) {
  ensureInstalled();
  await ensureBuilt();
  process.exitCode = await runNode([`examples/${name}/dist/main.js`, ...args]);
} else {
  console.error(`There is no example "${name}".\n\n${renderExamples(examples)}`);
  process.exitCode = 1;
}
