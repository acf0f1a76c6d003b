import { ensureDebianPackages } from "./debian-packages.mjs";
import { ensureInstalled } from "./install.mjs";
import { verify } from "./verify.mjs";

ensureInstalled();
ensureDebianPackages();
process.exitCode = await verify(process.argv.slice(2));
