import { ensureInstalled } from "./install.mjs";
import { verify } from "./verify.mjs";

ensureInstalled();
process.exitCode = await verify(process.argv.slice(2));
