import type { ResolvedConfiguration } from "../config/resolved.ts";
import { log } from "../diagnostics/log.ts";
import { ConfigurationError } from "../errors/configuration-error.ts";
import { BackendService, type BackendServiceDependencies } from "../services/backend-service.ts";
import type { Engine } from "./create-engine.ts";
import type { BackendServiceClass } from "./options.ts";

/** Gives services by name. */
export type FindService = (name: string) => unknown;

type Classes = Readonly<Record<string, BackendServiceClass<unknown>>>;

/**
 * Creates the services, each of its own class where it has one; a name that is not configured gives an invalid one.
 *
 * @throws {ConfigurationError} for a class whose service is not configured
 */
export function createServices(configuration: ResolvedConfiguration, engine: Engine, classes: Classes): FindService {
  const { context, diagnostics, now, httpServiceProvider } = engine;
  const { reservedHeaders } = engine.dependencies;
  const { defaults, configDelegate, root } = configuration;
  const authority = root.authority ?? configuration.authority.href;

  const create = (given: BackendServiceDependencies["configuration"]): unknown => {
    const Service = Object.hasOwn(classes, given.name) ? (classes[given.name] ?? BackendService) : BackendService;
    return new Service({
      configuration: given,
      defaults,
      authority,
      configDelegate,
      httpServiceProvider,
      context,
      diagnostics,
      reservedHeaders,
      now,
    });
  };

  refuseUnknownClasses(configuration, classes);
  const services = new Map([...configuration.services.values()].map((service) => [service.name, create(service)]));
  const known = [...services.keys()].join(", ") || "none is configured";

  return (name) =>
    services.get(name) ??
    create({
      name,
      configPath: `services.${name}`,
      problems: [
        {
          path: `services.${name}`,
          given: "nothing of that name",
          fix: `Configure the service, or use one of: ${known}.`,
        },
      ],
    });
}

function refuseUnknownClasses({ services }: ResolvedConfiguration, classes: Classes): void {
  const known = [...services.keys()].join(", ") || "none is configured";
  const [first, ...others] = Object.keys(classes)
    .filter((name) => !services.has(name))
    .map((name) => ({
      path: `serviceClasses.${name}`,
      given: "a class for a service that is not configured",
      fix: `Configure the service, or use one of: ${known}.`,
    }));
  if (first) throw new ConfigurationError([first, ...others]);
}

/** Lists the services and endpoints that cannot be used. */
export function logProblems({ problems }: ResolvedConfiguration, { diagnostics }: Engine): void {
  for (const problem of problems)
    log(diagnostics.logger, "error", [{ instance: diagnostics.instance, ...problem }, "the configuration is wrong"]);
}
