import { BehalfError } from "behalf";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { addresses, firstAddresses } from "./corpus/addresses.ts";
import { fetchHeaders, headers, messageIds } from "./corpus/headers.ts";
import { endpointMethods, methods } from "./corpus/methods.ts";
import { parameters } from "./corpus/parameters.ts";
import { openPaths, paths, strangePaths } from "./corpus/paths.ts";
import { fetchRedirects, openRedirects, redirects, unfollowed } from "./corpus/redirects.ts";
import { urls } from "./corpus/urls.ts";
import type { ReceivedRequest } from "./recording-server.ts";
import { formatCounts, formatTable, type OriginResult } from "./results.ts";
import type { Expected, OriginCase, OriginTheme, Way } from "./vocabulary.ts";
import { openWorld, type World } from "./world.ts";

const results: OriginResult[] = [];
let world: World;

beforeAll(async () => {
  world = await openWorld();
});

beforeEach(() => world.reset());

afterAll(async () => {
  console.log(formatTable(results));
  console.log(formatCounts(results));
  await world.close();
});

const caught = async (work: () => unknown): Promise<unknown> => {
  try {
    await work();
    return undefined;
  } catch (error) {
    return error;
  }
};

const landedOf = ({ backend }: World): readonly string[] =>
  backend.requests.map(({ method, target }) => `${method} ${target}`);

const describeBody = ({ rawHeaders, body }: ReceivedRequest): string => {
  const [type = ""] = rawHeaders.filter((_part, index) => /^content-type$/i.test(rawHeaders[index - 1] ?? ""));
  return [type, body].filter((part) => part !== "").join(" ");
};

const outcomeOf = (error: unknown): string => {
  if (error === undefined) return `lands at ${landedOf(world).join(", ").slice(0, 80)}`;
  if (!BehalfError.is(error)) return String(error);
  const refusal = "refusal" in error && "subject" in error ? ` ${error.refusal} "${error.subject}"` : "";
  return `${error.code}${refusal}`;
};

function expectError(error: unknown, { error: expected, message }: Expected): void {
  if (!expected) {
    expect(error).toBeUndefined();
    return;
  }
  expect(error).toBeInstanceOf(BehalfError);
  expect(error).toMatchObject(expected);
  const text = error instanceof Error ? error.message : "";
  for (const part of message?.contains ?? []) expect(text).toContain(part);
  for (const part of message?.lacks ?? []) expect(text).not.toContain(part);
}

interface Run<input> {
  readonly theme: OriginTheme<input>;
  readonly hostile: OriginCase<input>;
  readonly wayName: string;
  readonly way: Way<input>;
}

async function run<input>({ theme, hostile, wayName, way }: Run<input>): Promise<void> {
  const { places, backend, elsewhere } = world;
  const expected = typeof hostile.expect === "function" ? hostile.expect(places) : hostile.expect;
  const error = await caught(() => way(world, hostile.input(places)));
  const { length: tokensElsewhere } = elsewhere.credentials;
  const { length: received } = elsewhere.requests;
  const outcome = outcomeOf(error);
  results.push({ theme: theme.name, name: hostile.name, way: wayName, outcome, elsewhere: received, tokensElsewhere });
  expect(tokensElsewhere).toBe(0);
  expect([received, elsewhere.connections]).toEqual([expected.elsewhere ?? 0, expected.elsewhere ?? 0]);
  expectError(error, expected);
  expect(landedOf(world)).toEqual(expected.landed ?? []);
  if (expected.bodies) expect(backend.requests.map(describeBody)).toEqual(expected.bodies);
  for (const { host } of backend.requests) expect(host).toBe(places.backendHost);
  expect(backend.credentials).toHaveLength(backend.requests.length);
}

function describeTheme<input>(theme: OriginTheme<input>): void {
  describe(theme.name, () => {
    const runs = theme.cases.flatMap((hostile) =>
      Object.entries(theme.ways)
        .filter(([wayName]) => !hostile.ways || hostile.ways.includes(wayName))
        .map(([wayName, way]): Run<input> => ({ theme, hostile, wayName, way })),
    );
    it.each(runs.map((one) => ({ ...one, name: JSON.stringify(one.hostile.name.slice(0, 60)) })))(
      "$name by $wayName",
      (one) => run(one),
    );
  });
}

describe("the server elsewhere", () => {
  it("counts the requests and the tokens that it receives", async () => {
    const { elsewhere } = world;
    await fetch(`${elsewhere.url}/v1/items`, { headers: { authorization: "Bearer counted" } });
    expect([elsewhere.requests.length, elsewhere.credentials]).toEqual([1, ["Bearer counted"]]);
  });
});

for (const theme of [urls, paths, openPaths, strangePaths, addresses, firstAddresses, messageIds]) describeTheme(theme);
describeTheme(parameters);
describeTheme(headers);
describeTheme(fetchHeaders);
for (const theme of [methods, endpointMethods]) describeTheme(theme);
for (const theme of [redirects, unfollowed, ...fetchRedirects, openRedirects]) describeTheme(theme);

it("no token went elsewhere, in at least 80 cases", () => {
  const cases = new Set(results.map(({ theme, name }) => `${theme}\n${name}`));
  expect(cases.size).toBeGreaterThanOrEqual(80);
  expect(results.reduce((sum, { tokensElsewhere }) => sum + tokensElsewhere, 0)).toBe(0);
});
