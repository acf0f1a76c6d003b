import { ensureInstalled } from "./install.mjs";
import { verify } from "./verify.mjs";

// The quick part: what needs no installed package, no other server and no browser. One example stands for what is built.
const quick = ["packages/behalf/", "examples/dpop/", "test/architecture", "test/scripts"];

ensureInstalled();
// Files share their modules here, which saves half of the time; `npm test` gives each its own.
process.exitCode = await verify([...quick, "--no-isolate", ...process.argv.slice(2)]);
