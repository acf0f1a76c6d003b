import { type Behalf, createBehalf } from "behalf";
import { createRedisStore } from "behalf/redis";
import { decodeJwt } from "jose";
import { onTestFinished } from "vitest";
import { type Clock, createClock } from "../support/clock.ts";
import { closeAfterTest, type ReceivedRequest, receive, toRoot } from "../support/open-behalf.ts";
import { recordEvents } from "../support/record-events.ts";
import type { LogLine } from "../support/recording-logger.ts";
import type { ScriptedAs } from "../support/scripted-as.ts";
import type { Backend } from "../support/scripted-backend.ts";
import { some } from "../support/some.ts";
import { startServers } from "../support/start-servers.ts";
import { the } from "../support/the.ts";
import type { ClientKind } from "./clients.ts";

/** Calls of an API on behalf of many people, some of whom are new. */
export interface Traffic {
  readonly as: ScriptedAs;
  readonly clock: Clock;
  /** Makes so many calls, some at the same time; gives how long those took that had their token from memory. */
  run(calls: number): Promise<readonly number[]>;
  calls(): number;
  failures(): readonly string[];
  /** The calls whose token was another person's. */
  strangers(): readonly string[];
  warnings(): readonly LogLine[];
}

const encryptionKeys = [{ id: "2026", key: Buffer.alloc(32, 7).toString("base64") }];
const atOnce = 40;
const regulars = 30;
/** One call of so many is a new person's. */
const newEvery = 50;

type Services = Behalf<{ readonly inventory: Readonly<Record<never, never>> }>;

/** People and their requests; each has signed in once. */
function createPeople(behalf: Services, as: ScriptedAs, clock: Clock) {
  const known = new Map<string, Promise<ReceivedRequest>>();
  let newcomers = 0;
  const signIn = async (sub: string): Promise<ReceivedRequest> => {
    const exp = Math.floor(clock.now() / 1_000) + 86_400;
    return receive(behalf, await as.issue(some.claims({ sub, exp })));
  };
  return (call: number): readonly [person: string, request: Promise<ReceivedRequest>] => {
    newcomers += 1;
    const person = call % newEvery === 0 ? `newcomer-${newcomers}` : `regular-${call % regulars}`;
    const request = known.get(person) ?? signIn(person);
    known.set(person, request);
    return [person, request];
  };
}

/** Tells whose token the backend was shown by calls that say for whom they are. */
function listStrangers({ requests }: Backend): readonly string[] {
  return requests.flatMap(({ url, headers }) => {
    const person = new URL(url, "http://backend").searchParams.get("person");
    const { sub } = decodeJwt(String(headers.authorization).split(" ")[1] ?? "");
    return sub === person ? [] : [`${person} had the token of ${sub}`];
  });
}

/** Opens an API over the store on a port. It ends with the current test. */
export async function openTraffic(kind: ClientKind, port: number): Promise<Traffic> {
  const clock = createClock();
  const { as, backend } = await startServers({ clock, lifeSeconds: 86_400 });
  const { client, close } = await kind.open(port);
  onTestFinished(close);
  const root = toRoot(as);
  const services = { inventory: { host: backend.url, grantType: "tokenExchange", audience: the.audience } } as const;
  const store = createRedisStore(client);
  const behalf = closeAfterTest(createBehalf({ ...root, now: clock.now, encryptionKeys, store, services }));
  const people = createPeople(behalf, as, clock);
  const records = recordEvents("behalf:call");
  const failures: string[] = [];
  let made = 0;

  const callOnce = async (): Promise<void> => {
    made += 1;
    const [person, request] = people(made);
    try {
      const { run } = await request;
      await run(() => behalf.service("inventory").get("/", { query: { person } }).unwrap());
    } catch (error) {
      failures.push(String(error));
    }
  };

  return {
    as,
    clock,
    async run(calls) {
      const from = records.length;
      let left = calls;
      const callOn = async (): Promise<void> => {
        for (; left > 0; ) {
          left -= 1;
          await callOnce();
        }
      };
      await Promise.all(Array.from({ length: atOnce }, callOn));
      return records.slice(from).flatMap((one) => (one.tokenSource === "memory" ? [one.durationMs] : []));
    },
    calls: () => made,
    failures: () => failures,
    strangers: () => listStrangers(backend),
    warnings: () => root.logger.lines.filter(({ level }) => level === "warn" || level === "error"),
  };
}
