import { describeConfiguration } from "../config/describe-configuration.ts";
import { resolveConfiguration } from "../config/resolve-configuration.ts";
import type { ResolvedConfiguration } from "../config/resolved.ts";
import { RequestContext } from "../context/request-context.ts";
import type { Diagnostics } from "../diagnostics/diagnostics.ts";
import { log } from "../diagnostics/log.ts";
import type { AnyBehalfError } from "../errors/any-behalf-error.ts";
import { TokenUnreachableError } from "../errors/token-unreachable-error.ts";
import { toOutcome, toOutcomePromise } from "../outcome/outcome-promise.ts";
import { type ProblemAnswer, toProblem } from "../respond/to-problem.ts";
import { createKeyRing } from "../values/key-ring.ts";
import type { Behalf } from "./behalf.ts";
import { createBehalfInbound } from "./behalf-inbound.ts";
import { createEngine, type Engine } from "./create-engine.ts";
import { createServices, logProblems } from "./create-services.ts";
import { type DetachParts, detach, toCapabilityScope, toServiceScope } from "./detach.ts";
import { createEvict } from "./evict.ts";
import { explain } from "./explain.ts";
import { allowUnencryptedStore, type BehalfOptions } from "./options.ts";
import { preWarm } from "./pre-warm.ts";
import { createUpkeep } from "./upkeep.ts";

/** While a server is away, the change of its state is the line to read; a line for each request would bury it. */
function logFailure(
  { instance, logger }: Diagnostics,
  error: AnyBehalfError,
  answered: { readonly messageId: string | undefined; readonly status: number },
): void {
  const level = error instanceof TokenUnreachableError && answered.status === 503 ? "debug" : "error";
  log(logger, level, [{ instance, error: error.code, cause: error.cause, ...answered }, error.message]);
}

/** What an instance is connected of. */
interface InstanceParts<services, classes> {
  readonly configuration: ResolvedConfiguration;
  readonly engine: Engine;
  readonly serviceClasses: BehalfOptions<services, classes>["serviceClasses"];
}

function connectInstance<services, classes>({
  configuration,
  engine,
  serviceClasses,
}: InstanceParts<services, classes>): Behalf<services, classes> {
  const findService = createServices(configuration, engine, serviceClasses ?? {});
  const { context, diagnostics } = engine;
  const inbound = createBehalfInbound(configuration.inbound, engine);
  const parts: DetachParts = { configuration, engine, ring: createKeyRing(configuration.encryptionKeys, "capability") };
  logProblems(configuration, engine);

  return {
    // Whatever type the program knows it by, it is the one of that name.
    service: (name: string) => findService(name) as never,
    httpServiceProvider: engine.httpServiceProvider,
    context: { ...context, detach: (detaching) => toOutcomePromise(toOutcome(() => detach(detaching, parts))) },
    asService: (work) => context.run(toServiceScope(parts), work),
    runWith: (capability, work) => context.run(toCapabilityScope(capability, parts), work),
    evict: createEvict(engine, new Set(configuration.services.keys())),
    serverTiming: configuration.serverTiming,
    inbound,
    receive: (incoming) => new RequestContext(incoming, configuration),
    authenticateCaller: (request, policy) => engine.inbound?.authenticate(request, policy),
    answer(error, request): ProblemAnswer {
      const messageId = request?.messageId({ enforce: true });
      const answer = toProblem(error, { messageId, protectedResource: inbound.protectedResource() });
      if (answer.status >= 500) logFailure(diagnostics, error, { messageId, status: answer.status });
      return answer;
    },
    describe: () => describeConfiguration(configuration),
    explain: (service, endpoint, explaining) => explain(configuration, { service, endpoint }, explaining),
    ...createUpkeep(engine, preWarm(configuration, { engine, findService })),
  };
}

/**
 * Configures Behalf: reads code, file and environment, checks all of it, and connects the parts.
 *
 * Nothing is asked of any server until a call needs it. Names of services, endpoints and path parameters are known to the
 * compiler from what stands in code.
 *
 * @throws {ConfigurationError} when the root is wrong, or a class is given for a service that is not configured, or, under
 *   `strict`, anything; it names every problem and its fix
 */
export function createBehalf<const services, const classes = unknown>(
  options: BehalfOptions<services, classes>,
): Behalf<services, classes> {
  const { configFile, environment, logger, now, fetch, store, ambientContext, ...others } = options;
  const { httpServiceProvider, serviceClasses, ...rest } = others;
  const { [allowUnencryptedStore]: unencryptedStoreAllowed, ...configured } = rest;
  const configuration = resolveConfiguration(configured, {
    ...(configFile === undefined ? {} : { configFile }),
    ...(environment === undefined ? {} : { environment }),
    ...(now === undefined ? {} : { now }),
  });
  const engine = createEngine(configuration, {
    logger,
    now,
    fetch,
    store,
    ambientContext,
    unencryptedStoreAllowed,
    httpServiceProvider,
  });
  try {
    return connectInstance({ configuration, engine, serviceClasses });
  } catch (error) {
    // Nobody else can close it.
    engine.close().catch(() => {});
    throw error;
  }
}
