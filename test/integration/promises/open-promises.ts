import { type AnyBehalfError, type Behalf, createBehalf, isBehalfError } from "behalf";
import { type Clock, createClock } from "../../support/clock.ts";
import { closeAfterTest, receive, toRoot } from "../../support/open-behalf.ts";
import type { RecordingLogger } from "../../support/recording-logger.ts";
import { fault, type ScriptedAs } from "../../support/scripted-as.ts";
import type { Backend } from "../../support/scripted-backend.ts";
import { some } from "../../support/some.ts";
import { startServers } from "../../support/start-servers.ts";
import { the } from "../../support/the.ts";

type Services = "inventory" | "shipping" | "jobs";
type Paths = Readonly<Record<Services, Readonly<Record<never, never>>>>;

/** How one call ended: its status, or the code of its error. */
export type End = string | number;

/** An API between an authorization server that can go away and a backend. */
export interface PromisedApi {
  readonly as: ScriptedAs;
  readonly backend: Backend;
  readonly clock: Clock;
  readonly logger: RecordingLogger;
  readonly behalf: Behalf<Paths>;
  /** Calls a service: `inventory` and `shipping` on behalf of a person, `jobs` outside of any request, as the API itself. */
  call(person: string, service?: Services): Promise<End>;
  /** The same, with the error itself. */
  failureOf(person: string, service?: Services): Promise<AnyBehalfError | undefined>;
  /** From here on, whoever asks the server for anything gets no byte. */
  kill(): void;
  revive(): void;
}

function toBehalfError(error: Error): AnyBehalfError {
  if (isBehalfError(error)) return error;
  throw error;
}

/** Opens the API. The callers' tokens live for a day. */
export async function openPromises(): Promise<PromisedApi> {
  const clock = createClock();
  const { as, backend } = await startServers({ clock });
  const root = toRoot(as);
  const delegated = { host: backend.url, grantType: "tokenExchange" } as const;
  const behalf = closeAfterTest(
    createBehalf({
      ...root,
      now: clock.now,
      services: {
        inventory: { ...delegated, audience: the.audience },
        shipping: { ...delegated, audience: the.otherAudience },
        jobs: { host: backend.url, grantType: "clientCredentials" },
      },
    }),
  );
  const issuedAt = clock.now();
  const callers = new Map<string, ReturnType<typeof receive>>();
  const receiveOnce = (person: string): ReturnType<typeof receive> => {
    const exp = Math.floor(issuedAt / 1_000) + 86_400;
    const known =
      callers.get(person) ?? as.issue(some.claims({ sub: person, exp })).then((token) => receive(behalf, token));
    callers.set(person, known);
    return known;
  };
  const send = async (person: string, service: Services) => {
    if (service === "jobs") return behalf.service(service).get("/x");
    const { run } = await receiveOnce(person);
    return run(() => behalf.service(service).get("/x"));
  };
  return {
    as,
    backend,
    clock,
    logger: root.logger,
    behalf,
    async call(person, service = "inventory") {
      const outcome = await send(person, service);
      return outcome.ok ? outcome.value.status : toBehalfError(outcome.error).code;
    },
    async failureOf(person, service = "inventory") {
      const outcome = await send(person, service);
      return outcome.ok ? undefined : toBehalfError(outcome.error);
    },
    kill() {
      for (const endpoint of ["metadata", "jwks", "token"] as const) as.faults.always(endpoint, fault.drop());
    },
    revive: () => as.faults.clear(),
  };
}
