import { ensureBuilt } from "./build.mjs";
import { ensureInstalled } from "./install.mjs";
import { runNode } from "./run-node.mjs";

ensureInstalled();
await ensureBuilt();
process.exitCode = await runNode(["examples/transitive-api/dist/main.js", ...process.argv.slice(2)]);
