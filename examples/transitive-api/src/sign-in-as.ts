import { signIn } from "./sign-in.ts";

const usage = `Usage: TOKEN=$(node examples/transitive-api/dist/sign-in-as.js <person> <issuer> [<audience>])

Signs a person in and writes the access token for the orders API, or for the sidecar in front of it, to a
pipe. It refuses to show it on a terminal.
`;

async function main([person, issuer, audience]: readonly string[]): Promise<void> {
  if (person === undefined || issuer === undefined || process.stdout.isTTY) return fail(usage);
  try {
    process.stdout.write(await signIn(issuer, person, audience));
  } catch (error) {
    fail(`Cannot sign ${person} in at ${issuer}: ${error instanceof Error ? error.message : "unknown reason"}\n`);
  }
}

function fail(message: string): void {
  process.stderr.write(message);
  process.exitCode = 1;
}

await main(process.argv.slice(2));
