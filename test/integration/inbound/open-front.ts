import {
  type Caller,
  CallerTokenError,
  type ConfigurationOptions,
  createBehalf,
  type InboundOptions,
  isBehalfError,
  type RequestContext,
  type RoutePolicy,
} from "behalf";
import type { AnyBehalf } from "behalf/fastify";
import { type Clock, createClock } from "../../support/clock.ts";
import { closeAfterTest, toRoot } from "../../support/open-behalf.ts";
import type { RecordingLogger } from "../../support/recording-logger.ts";
import type { ScriptedAs, ScriptedAsOptions } from "../../support/scripted-as.ts";
import { startAs } from "../../support/start-servers.ts";
import { the } from "../../support/the.ts";

/** What a request shows: a bearer token, or all that it is. */
export type Shown =
  | string
  | {
      /** Names and values in turn. */
      readonly headers: readonly string[];
      readonly method?: string;
      readonly url?: string;
      readonly certificate?: Uint8Array;
    };

/** A request that came in, and was looked at. */
export interface Looked {
  readonly context: RequestContext;
  readonly caller: Caller | undefined;
  readonly responseHeaders: ReadonlyMap<string, string>;
}

/** The inbound side of orders-api, by the clock of the test. */
export interface Front {
  readonly as: ScriptedAs;
  readonly clock: Clock;
  readonly behalf: AnyBehalf;
  readonly logger: RecordingLogger;
  /** Receives a request, and looks at its caller. */
  receive(shown: Shown, policy?: RoutePolicy): Promise<Looked>;
  look(shown: Shown, policy?: RoutePolicy): Promise<Caller | undefined>;
  /** Gives "accepted", the reason of a refusal, or the code of another error. */
  verdict(shown: Shown, policy?: RoutePolicy): Promise<string>;
}

type RootChanges = Partial<ConfigurationOptions<object>>;

/** What of orders-api a test may change. */
export interface FrontSettings {
  readonly inbound?: Partial<InboundOptions> | ((as: ScriptedAs) => Partial<InboundOptions>);
  readonly root?: RootChanges | ((as: ScriptedAs) => RootChanges);
  readonly server?: ScriptedAsOptions;
  readonly clock?: Clock;
  readonly as?: ScriptedAs;
}

function toVerdict(error: unknown): string {
  if (error instanceof CallerTokenError) return error.reason;
  return isBehalfError(error) ? error.code : String(error);
}

/** Opens orders-api without a framework in front. */
export async function openFront({
  inbound = {},
  root = {},
  server = {},
  clock = createClock(),
  ...given
}: FrontSettings = {}): Promise<Front> {
  const as = given.as ?? (await startAs({ clock, ...server }));
  const usual = toRoot(as);
  const changes = typeof inbound === "function" ? inbound(as) : inbound;
  const options: ConfigurationOptions<object> = {
    ...usual,
    services: {},
    ...(typeof root === "function" ? root(as) : root),
    inbound: { audience: the.clientId, ...changes },
  };
  const { logger } = usual;
  const behalf: AnyBehalf = closeAfterTest(createBehalf({ ...options, environment: false, now: clock.now, logger }));

  const receive = async (shown: Shown, policy?: RoutePolicy): Promise<Looked> => {
    const { headers, method, url, certificate } =
      typeof shown === "string"
        ? { headers: ["authorization", `Bearer ${shown}`], method: "GET", url: "/" }
        : { method: "GET", url: "/", ...shown };
    const responseHeaders = new Map<string, string>();
    const context = behalf.receive({
      rawHeaders: headers,
      method,
      url,
      addresses: { local: "127.0.0.1", remote: "127.0.0.1" },
      clientCertificate: () => certificate,
      setResponseHeader: (name, value) => void responseHeaders.set(name, value),
      onHangUp() {},
    });
    return { context, caller: await behalf.authenticateCaller(context, policy), responseHeaders };
  };
  const look: Front["look"] = async (shown, policy) => (await receive(shown, policy)).caller;

  return {
    as,
    clock,
    behalf,
    logger,
    receive,
    look,
    verdict: (shown, policy) => look(shown, policy).then(() => "accepted", toVerdict),
  };
}
