import { inspect } from "node:util";
import type { Outcome } from "behalf";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { findMarks } from "../support/marks.ts";
import { readClaims } from "../support/read-claims.ts";
import { recordEveryEvent } from "../support/record-events.ts";
import { type Cell, isOwn, nameCell } from "./cell.ts";
import type { OpenCell } from "./open-cell.ts";
import type { Results } from "./results.ts";

/** A cell at a server, with what the test sees of the server and can do to it. */
export interface ServedCell extends OpenCell {
  /** Begins a behaviour at the server: it forgets its faults, and what came before is not counted. */
  began(): void;
  /** How many tokens for the backend were asked for in this cell. */
  countRequests(): number;
  /** What the token must say. */
  readonly claims: Readonly<Record<string, unknown>>;
  /** Looks at how the client proved itself in all token requests of this cell, as far as the server tells. */
  checkAuthentication(): void;
  /** Makes a call whose token the server refuses. */
  callRefused(): Promise<{ readonly outcome: Outcome<unknown>; readonly error: string }>;
  /** Keeps token requests waiting. */
  hold(): { arrived(): Promise<void>; release(): void };
  /** Makes calls for which the server does all the wrong things that it can. */
  callBroken(): Promise<readonly Outcome<unknown>[]>;
  /** All that went over the wire and that nobody may print. */
  listSecrets(): readonly string[];
}

/** A server that cells can be tried at. */
export interface MatrixServer {
  open(cell: Cell): Promise<ServedCell>;
  /** Makes a call while the server gives no answer. It takes as long as the deadline is: start it for all cells at once. */
  startSilence(cell: Cell): Promise<void>;
  awaitSilence(cell: Cell): Promise<SilentCall>;
}

/** A call that ended at the deadline. */
export interface SilentCall {
  readonly outcome: Outcome<unknown>;
  readonly logged: readonly object[];
  readonly secrets: readonly string[];
}

/** The behaviours that each cell must have. */
export const behaviourNames = ["acquire", "cache", "renew", "401", "refusal", "timeout", "abort", "redaction"] as const;

export type BehaviourName = (typeof behaviourNames)[number];

type Behaviour = (served: ServedCell) => Promise<void>;

const listTokens = ({ requests }: ServedCell): readonly (string | undefined)[] => requests.map(({ token }) => token);

function expectBinding({ cell, requests }: ServedCell): void {
  const { scheme, certificate, token } = requests[0] ?? {};
  const { cnf } = readClaims(token);
  if (cell.binding === "bearer") expect([cnf, scheme]).toEqual([undefined, "bearer"]);
  if (cell.binding === "dpop") expect([cnf, scheme]).toEqual([{ jkt: expect.any(String) }, "dpop"]);
  if (cell.binding === "certificate") {
    expect([cnf, scheme]).toEqual([{ "x5t#S256": certificate?.thumbprint ?? "none" }, "bearer"]);
  }
}

const acquire: Behaviour = async (served) => {
  (await served.call()).unwrap();
  expect(readClaims(served.requests[0]?.token)).toMatchObject({ ...served.claims, scope: served.scope });
  expectBinding(served);
  expect(served.countRequests()).toBe(1);
  served.checkAuthentication();
};

const cache: Behaviour = async (served) => {
  (await served.call()).unwrap();
  (await served.call()).unwrap();
  expect(served.countRequests()).toBe(1);
  (await served.call({}, "other")).unwrap();
  expect(served.countRequests()).toBe(isOwn(served.cell) ? 1 : 2);
  const [first, second, other] = listTokens(served);
  expect([second === first, other === first]).toEqual([true, isOwn(served.cell)]);
};

const renew =
  (lifeMs: number): Behaviour =>
  async (served) => {
    (await served.call()).unwrap();
    served.clock.advance(lifeMs - 9_000);
    (await served.call()).unwrap();
    expect(served.countRequests()).toBe(1);
    // Ahead of time is a quarter of the life: about 7.5 s of 30 s. A token with 5 s left would be renewed in any case.
    served.clock.advance(3_500);
    (await served.call()).unwrap();
    await expect.poll(() => served.countRequests()).toBe(2);
    await expect.poll(async () => (await served.call()).ok && new Set(listTokens(served)).size).toBe(2);
    expect(served.countRequests()).toBe(2);
    served.checkAuthentication();
  };

const refuse401: Behaviour = async (served) => {
  served.refuseToken("once");
  (await served.call()).unwrap();
  const [refused, replayed, ...more] = listTokens(served);
  expect([refused === replayed, more, served.countRequests()]).toEqual([false, [], 2]);

  served.refuseToken("always");
  served.clock.advance(10_001);
  for (let count = 0; count < 3; count += 1) {
    expect(await served.call()).toMatchObject({ ok: false, error: { code: "BEHALF_BACKEND_ERROR", status: 401 } });
  }
  expect(served.countRequests()).toBe(3);
};

const refusal: Behaviour = async (served) => {
  const { outcome, error } = await served.callRefused();
  expect(outcome).toMatchObject({
    ok: false,
    error: {
      name: "TokenRefusedError",
      code: "BEHALF_TOKEN_REFUSED",
      error,
      client: served.clientId,
      service: expect.stringMatching(/^services\.inventory/),
    },
  });
  expect(served.requests).toEqual([]);
};

const abort: Behaviour = async (served) => {
  const reason = new Error("not wanted any more");
  const controller = new AbortController();
  const [callAndLeave, callAndStay] = [await served.enter(), await served.enter()];
  const gate = served.hold();
  const [leaving, staying] = [callAndLeave({ signal: controller.signal }), callAndStay()];
  await Promise.race([gate.arrived(), staying]);
  controller.abort(reason);
  const left = await leaving;
  expect(left.ok ? undefined : left.error).toBe(reason);
  gate.release();
  expect((await staying).ok).toBe(true);
  expect(served.countRequests()).toBe(1);
};

const redaction: Behaviour = async (served) => {
  const events = recordEveryEvent();
  const { behalf, logger } = served;
  const outcomes = [await served.call(), (await served.callRefused()).outcome, ...(await served.callBroken())];
  const errors = outcomes.flatMap((outcome) => (outcome.ok ? [] : [outcome.error]));
  const described = [behalf.describe(), behalf.explain("inventory", "item"), inspect(behalf)];
  expect(errors.length).toBeGreaterThan(0);
  expect(events.length).toBeGreaterThan(0);
  expect(findMarks([...events, ...logger.lines, ...outcomes, ...errors, ...described], served.listSecrets())).toEqual(
    [],
  );
};

/** How the cells of a server are tried. */
export interface Trial {
  readonly results: Results;
  /** How long the tokens for backends live. */
  readonly lifeMs: number;
}

function describeCell(readServer: () => MatrixServer, cell: Cell, { results, lifeMs }: Trial): void {
  let shared: ServedCell | undefined;
  afterAll(() => shared?.close());

  const take = async (): Promise<ServedCell> => {
    shared ??= await readServer().open(cell);
    shared.begin();
    shared.began();
    return shared;
  };
  const behave = (name: BehaviourName, title: string, behaviour: Behaviour): void => {
    it(title, async () => {
      await behaviour(await take());
      results.note(cell, name);
    });
  };

  behave("acquire", "gets its token, proven in this way alone", acquire);
  behave("cache", "asks once for a caller, and again for another", cache);
  behave("renew", "renews before expiry", renew(lifeMs));
  behave("401", "renews once after a 401, not for ever", refuse401);
  behave("refusal", "tells who refused whom", refusal);
  behave("abort", "lets one caller leave and the others stay", abort);
  behave("redaction", "prints no secret", redaction);
}

async function expectDeadline({ outcome, logged, secrets }: SilentCall): Promise<void> {
  expect(outcome).toMatchObject({ ok: false, error: { name: "TokenUnreachableError", client: expect.any(String) } });
  expect(findMarks([outcome, outcome.ok ? undefined : outcome.error, ...logged], secrets)).toEqual([]);
}

/** Tries all cells of a grant. What waits for a deadline begins first, all together. */
export function describeGrant(readServer: () => MatrixServer, cells: readonly Cell[], trial: Trial): void {
  beforeAll(async () => {
    for (const cell of cells) await readServer().startSilence(cell);
  });
  for (const cell of cells) describe(nameCell(cell), () => describeCell(readServer, cell, trial));
  for (const cell of cells) {
    it(`${nameCell(cell)} ends at the deadline`, async () => {
      await expectDeadline(await readServer().awaitSilence(cell));
      trial.results.note(cell, "timeout");
    });
  }
}

/** Shows that a cell is empty because nothing comes of it: the server refuses. */
export async function expectRefused(server: MatrixServer, cell: Cell): Promise<void> {
  const served = await server.open(cell);
  onTestFinished(() => served.close());
  expect(await served.call()).toMatchObject({ ok: false, error: { code: "BEHALF_TOKEN_REFUSED" } });
  expect(served.requests).toEqual([]);
}
