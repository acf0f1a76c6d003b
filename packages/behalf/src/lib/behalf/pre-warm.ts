import type { AuthNode } from "../config/auth-node.ts";
import { isInvalid, type ResolvedConfiguration, type ResolvedService } from "../config/resolved.ts";
import { log } from "../diagnostics/log.ts";
import { toErrorName } from "../errors/to-error-name.ts";
import { BackendService } from "../services/backend-service.ts";
import { HttpClientOptions } from "../services/http-client-options.ts";
import { isTokenError } from "../tokens/failure-class.ts";
import type { Engine } from "./create-engine.ts";
import type { FindService } from "./create-services.ts";

/** Tokens that are asked for ahead of the first call. */
export interface PreWarming {
  /** Asks for no more of them. */
  stop(): void;
}

/** What tokens are asked for by. */
export interface PreWarmParts {
  readonly engine: Pick<Engine, "context" | "diagnostics">;
  readonly findService: FindService;
}

/** A place whose token is asked for. */
interface Warm {
  readonly service: string;
  /** `undefined` for calls without an endpoint. */
  readonly endpoint: string | undefined;
  readonly node: AuthNode;
}

const isWarm = ({ node }: Warm): boolean =>
  node.effective("prewarm") === true && node.grantType === "clientCredentials" && !node.tenantMissing;

/** The endpoints of a service, and the service itself: a call may name none of them. */
function listPlaces({ name: service, auth, endpoints }: ResolvedService): readonly Warm[] {
  const named = [...endpoints.values()].flatMap((endpoint) =>
    isInvalid(endpoint) ? [] : [{ service, endpoint: endpoint.name, node: endpoint.auth }],
  );
  return [{ service, endpoint: undefined, node: auth }, ...named];
}

/**
 * Asks for the tokens that the configuration wants early: one after the other, once, in the background.
 *
 * What goes wrong is seen like any other failure, and asked for again by the first call. A token that is not used afterwards is
 * not renewed.
 */
export function preWarm({ services }: ResolvedConfiguration, { engine, findService }: PreWarmParts): PreWarming {
  const { context, diagnostics } = engine;
  const stopping = new AbortController();
  const usable = [...services.values()].flatMap((service) => (isInvalid(service) ? [] : listPlaces(service)));
  const wanted = usable.filter(isWarm);

  const ask = async ({ service, endpoint }: Warm): Promise<void> => {
    const found = findService(service);
    if (!(found instanceof BackendService)) return;
    const { authConfig } = endpoint === undefined ? found : found.getEndpoint(endpoint);
    const options = new HttpClientOptions({ authConfig });
    const outcome = await found.authenticate(options, { signal: stopping.signal });
    if (!outcome.ok && !isTokenError(outcome.error)) throw outcome.error;
  };

  const tell = (error: unknown, { node }: Warm): void => {
    const { instance, logger } = diagnostics;
    const failure = { instance, service: node.configPath, error: toErrorName(error) };
    log(logger, "warn", [failure, "a token was not obtained ahead of the first call"]);
  };

  const askAll = async (): Promise<void> => {
    for (const warm of wanted) {
      if (stopping.signal.aborted) return;
      await ask(warm).catch((error) => stopping.signal.aborted || tell(error, warm));
    }
  };

  if (wanted.length > 0) setImmediate(() => void context.run(undefined, askAll));
  return { stop: () => stopping.abort() };
}
