import { createBehalf } from "behalf";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { closeAfterTest, openRequest, toRoot } from "../support/open-behalf.ts";
import { chooseSeed } from "../support/seed.ts";
import { some } from "../support/some.ts";
import { startAs } from "../support/start-servers.ts";

const seed = chooseSeed("inbound-callers");

const callers = 20_000;
const atOnce = 500;

const toSubject = (index: number): string => `person-${index}`;

/** Works on all indexes, so many at the same time. */
async function forEachAtOnce(count: number, work: (index: number) => Promise<void>): Promise<void> {
  for (let start = 0; start < count; start += atOnce) {
    const size = Math.min(atOnce, count - start);
    await Promise.all(Array.from({ length: size }, (_, offset) => work(start + offset)));
  }
}

/** An API that remembers fewer callers than come to it, and the tokens of all who come. */
async function openCrowd(count: number) {
  const as = await startAs({ lifeSeconds: 3_600 });
  const root = toRoot(as);
  const behalf = closeAfterTest(
    createBehalf({
      ...root,
      inbound: {
        ...root.inbound,
        validatedTokens: { maxEntries: count / 4 },
        identity: { transformations: [async (principal, { subject }) => principal.withClaims({ owner: subject })] },
      },
      services: {},
    }),
  );
  const tokens: string[] = [];
  await forEachAtOnce(count, async (index) => {
    tokens[index] = await as.issue(some.claims({ sub: toSubject(index) }));
  });
  return {
    /** Whom a request with this caller's token is found to be of: by its token, and by what was found out beside it. */
    async look(index: number): Promise<readonly unknown[]> {
      const { context } = openRequest(behalf, { authorization: `Bearer ${tokens[index]}` });
      const caller = await behalf.authenticateCaller(context);
      const { subject, principal, token } = caller ?? {};
      return [subject, principal?.subject, principal?.claims.owner, token?.value() === tokens[index]];
    },
  };
}

const himself = (index: number): readonly unknown[] => [toSubject(index), toSubject(index), toSubject(index), true];

describe("a caller", () => {
  it("is who the token says, among 20,000 who come in any order, at the same time and again", {
    timeout: 180_000,
  }, async () => {
    const { look } = await openCrowd(callers);
    const wrong: unknown[] = [];
    await forEachAtOnce(callers, async (index) => {
      const found = await look(index);
      if (JSON.stringify(found) !== JSON.stringify(himself(index))) wrong.push(found);
    });
    expect(wrong).toEqual([]);

    const visits = fc.array(fc.nat(callers - 1), { minLength: 1, maxLength: 200 });
    await fc.assert(
      fc.asyncProperty(visits, async (indexes) => {
        const found = await Promise.all(indexes.map((index) => look(index)));
        expect(found).toEqual(indexes.map(himself));
      }),
      { seed, numRuns: 50 },
    );
  });
});
