import { type BackendService, createBehalf, isBehalfError, type Logger, type Outcome } from "behalf";
import type { AnyBehalf } from "behalf/fastify";
import { findMarks, listTokens, mark } from "./marks.ts";
import { closeAfterTest, type ReceivedRequest, receive, toRoot } from "./open-behalf.ts";
import { recordEveryEvent } from "./record-events.ts";
import { createRecordingLogger } from "./recording-logger.ts";
import type { ScriptedAs } from "./scripted-as.ts";
import type { Backend } from "./scripted-backend.ts";
import { some } from "./some.ts";
import { startServers } from "./start-servers.ts";
import { the } from "./the.ts";

/** An instance whose secret is marked, and everything that it lets be seen. */
export interface MarkedApi {
  readonly as: ScriptedAs;
  readonly backend: Backend;
  readonly behalf: AnyBehalf;
  readonly inventory: BackendService<{ readonly item: "/items/{sku}" }>;
  /** A request of a person whose name is marked. */
  receive(headers?: Readonly<Record<string, string>>): Promise<ReceivedRequest>;
  /** The marks in events, log lines, these values, and the problem documents of those that are errors. */
  leaks(...values: readonly unknown[]): readonly string[];
  /** How many events were published. */
  readonly events: readonly object[];
}

function toError(value: unknown): unknown {
  if (typeof value !== "object" || value === null || !("ok" in value)) return value;
  const outcome = value as Outcome<unknown>;
  return outcome.ok ? outcome : outcome.error;
}

/** Starts an instance that calls inventory on behalf of its callers, with marks wherever a secret or a person stands. */
export async function openMarkedApi(logger?: Logger): Promise<MarkedApi> {
  const clientSecret = mark("client-secret");
  const servers = await startServers({ clients: [some.client({ clientSecret })] });
  const { as, backend } = servers;
  const recorded = createRecordingLogger();
  const events = recordEveryEvent();
  const behalf = closeAfterTest(
    createBehalf({
      ...toRoot(as),
      clientSecret,
      logger: logger ?? recorded,
      serviceDefaults: { grantType: "tokenExchange" },
      services: {
        inventory: { host: backend.url, audience: the.audience, endpoints: { item: "/items/{sku}" } },
      },
    }),
  );
  return {
    as,
    backend,
    behalf,
    inventory: behalf.service("inventory"),
    events,
    receive: async (headers) => {
      const claims = some.claims({ sub: mark("subject"), name: mark("name"), email: mark("email"), acr: mark("acr") });
      return receive(behalf, await as.issue(claims), headers);
    },
    leaks(...values) {
      const errors = values.map(toError);
      const problems = errors.filter(isBehalfError).map((error) => behalf.answer(error));
      return findMarks([...events, ...recorded.lines, ...values, ...errors, ...problems], listTokens(servers));
    },
  };
}
