import type { AuthNode } from "../config/auth-node.ts";
import type { CallHookLists } from "../config/call-hook-lists.ts";
import { type Invalid, isInvalid, type ResolvedEndpoint, type ResolvedService } from "../config/resolved.ts";
import type { ServiceAuthConfig } from "../config/service-auth-config.ts";
import type { RunWork } from "../context/context-storage.ts";
import { ConfigurationError } from "../errors/configuration-error.ts";
import { fillPath } from "../transport/path.ts";
import type { Call } from "./call.ts";
import type { AnyCallOptions } from "./call-arguments.ts";
import { HttpClientOptions } from "./http-client-options.ts";
import type { CallPlan, CallRequest } from "./make-call.ts";
import { toPathValues } from "./many/get-many-keys.ts";
import type { Place } from "./place.ts";
import { listFixedHeaders } from "./sending/fixed-headers.ts";
import { InvalidEndpoint, ServiceEndpoint } from "./service-endpoint.ts";
import { ServiceEndpoints } from "./service-endpoints.ts";

/** What endpoints need of their service. */
export interface EndpointOwner {
  /** The node of those endpoints that have none of their own. */
  readonly defaults: AuthNode;
  /** Who is told of the calls. */
  readonly hooks: CallHookLists | undefined;
  toAuthConfig(node: AuthNode): ServiceAuthConfig;
  makeCall(plan: CallPlan, request: CallRequest): Call;
  /** Keeps the current request, for calls that are made later. */
  snapshot(): RunWork;
  /** Makes the call of an endpoint that cannot be used. */
  refuse(error: ConfigurationError, place: Place): Call;
}

/** A URL is checked against the base address of the client, like any that a program gives. */
const toLinkPlan = (plan: CallPlan, url: string): CallPlan => ({
  ...plan,
  fillPath: () => url,
  placePath: (target, client) => client.resolve(target),
});

function createEndpoint(service: string, endpoint: ResolvedEndpoint, owner: EndpointOwner): ServiceEndpoint {
  const authConfig = owner.toAuthConfig(endpoint.auth);
  const plan: CallPlan = {
    place: { service, endpoint: endpoint.name },
    authConfig,
    clientOptions: new HttpClientOptions({ authConfig }),
    timeoutMs: endpoint.auth.timeoutMs,
    settings: endpoint.auth.calls,
    fixedHeaders: listFixedHeaders(endpoint.auth.calls),
    hooks: owner.hooks,
    methods: endpoint.methods,
    fillPath: (options: AnyCallOptions) => fillPath(endpoint.path, options.params),
    placePath: (path, { basePath = "" }) => (path === "/" && basePath !== "" ? basePath : `${basePath}${path}`),
  };
  const names = endpoint.path.flatMap((part) => (typeof part === "string" ? [] : [part.name]));
  return new ServiceEndpoint({
    name: endpoint.name,
    authConfig,
    makeCall: (method, options = {}) => owner.makeCall(plan, { method, options }),
    place: plan.place,
    toParams: (key) => toPathValues(names, key),
    follow: (url, options) => owner.makeCall(toLinkPlan(plan, url), { method: "GET", options }),
    snapshot: owner.snapshot,
  });
}

function createInvalidEndpoint(
  service: string,
  { name, problems }: Pick<Invalid, "name" | "problems">,
  owner: EndpointOwner,
): InvalidEndpoint {
  const place = { service, endpoint: name };
  const makeCall = (): Call => owner.refuse(new ConfigurationError(problems), place);
  const authConfig = owner.toAuthConfig(owner.defaults);
  const { snapshot } = owner;
  const parts = { name, authConfig, makeCall, place, toParams: () => ({}), follow: makeCall, snapshot };
  return new InvalidEndpoint(parts, problems);
}

/** Creates the endpoints of a service. Of a service that cannot be used, every endpoint is invalid. */
export function createEndpoints(configuration: ResolvedService | Invalid, owner: EndpointOwner): ServiceEndpoints {
  const { name: service } = configuration;
  const configured = isInvalid(configuration) ? [] : [...configuration.endpoints.values()];
  const endpoints = configured.map((endpoint) =>
    isInvalid(endpoint) ? createInvalidEndpoint(service, endpoint, owner) : createEndpoint(service, endpoint, owner),
  );
  return new ServiceEndpoints(endpoints, (name, known) => {
    const unknown = {
      path: `services.${service}.endpoints.${name}`,
      given: "nothing of that name",
      fix: `Configure the endpoint, or use one of: ${known.join(", ") || "none is configured"}.`,
    };
    const problems = isInvalid(configuration) ? configuration.problems : ([unknown] as const);
    return createInvalidEndpoint(service, { name, problems }, owner);
  });
}
