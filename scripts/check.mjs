import { ensureInstalled } from "./install.mjs";
import { verify } from "./verify.mjs";

// The quick part: what needs no installed package, no other process and no browser.
const quick = ["packages/", "examples/", "test/architecture", "test/scripts", "test/support"];

ensureInstalled();
process.exitCode = await verify([...quick, ...process.argv.slice(2)]);
