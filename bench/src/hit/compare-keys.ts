import { hash, randomBytes } from "node:crypto";
import { timeLoop } from "./time-loop.ts";

/** One way of finding what is known of a token. */
interface Lookup {
  readonly name: string;
  find(token: string): unknown;
}

/** What a look-up costs, without the cost of the text that is looked up. */
export interface KeyCost {
  readonly name: string;
  readonly us: readonly number[];
}

const entries = 10_000;
const tokenLength = 900;
const tailLength = 12;

/** Tokens of one length that begin alike, as those of one issuer do. */
function makeTokens(): readonly Buffer[] {
  const start = "eyJhbGciOiJSUzI1NiIsInR5cCI6ImF0K2p3dCIsImtpZCI6ImJlbmNoIn0.";
  return Array.from({ length: entries }, () =>
    Buffer.from(`${start}${randomBytes(tokenLength).toString("base64url")}`.slice(0, tokenLength), "latin1"),
  );
}

const toText = (bytes: Buffer): string => bytes.toString("latin1");

function createLookups(tokens: readonly Buffer[]): readonly Lookup[] {
  const byToken = new Map(tokens.map((bytes) => [toText(bytes), { bytes }]));
  const byDigest = new Map(tokens.map((bytes) => [hash("sha256", toText(bytes), "base64url"), { bytes }]));
  const byTail = new Map(
    tokens.map((bytes) => [bytes.toString("latin1", bytes.length - tailLength), { token: toText(bytes) }]),
  );
  return [
    { name: "the raw token", find: (token) => byToken.get(token) },
    { name: "its SHA-256 digest (crypto.hash)", find: (token) => byDigest.get(hash("sha256", token, "base64url")) },
    {
      name: `its last ${tailLength} characters, then all of it compared`,
      find(token) {
        const found = byTail.get(token.slice(-tailLength));
        return found?.token === token ? found : undefined;
      },
    },
  ];
}

/** Checks that a look-up finds every token, and none that differs in its first or its last character. */
function check({ name, find }: Lookup, tokens: readonly Buffer[]): void {
  const [bytes = Buffer.alloc(0)] = tokens;
  const token = toText(bytes);
  const strangers = [`f${token.slice(1)}`, `${token.slice(0, -1)}${token.endsWith("A") ? "B" : "A"}`, ""];
  const right = tokens.every((one) => find(toText(one)) !== undefined) && !strangers.some((one) => find(one));
  if (!right) throw new Error(`A look-up by ${name} finds the wrong tokens.`);
}

/** Compares, by turns, what a look-up among 10,000 validated tokens costs by each kind of key. */
export function compareKeys(rounds: number, times: number): readonly KeyCost[] {
  const tokens = makeTokens();
  const lookups = createLookups(tokens);
  for (const lookup of lookups) check(lookup, tokens);
  // A step that visits all entries, and none soon after its neighbour.
  const textOf = (index: number): string => toText(tokens[(index * 7_919) % entries] ?? Buffer.alloc(0));
  const costs = lookups.map(({ name }) => ({ name, us: [] as number[] }));
  for (let round = 0; round <= rounds; round += 1) {
    let length = 0;
    const textUs = timeLoop(times, (index) => {
      length += textOf(index).length;
    });
    if (length === 0) throw new Error("There are no tokens.");
    for (const [place, { find }] of lookups.entries()) {
      let found = 0;
      const us = timeLoop(times, (index) => {
        if (find(textOf(index)) !== undefined) found += 1;
      });
      if (found !== times) throw new Error("A token was not found.");
      if (round > 0) costs[place]?.us.push(us - textUs);
    }
  }
  return costs;
}
