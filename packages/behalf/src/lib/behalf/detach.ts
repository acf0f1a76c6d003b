import type { ResolvedConfiguration } from "../config/resolved.ts";
import { assertUsable, Capability, openCapability, readCapability } from "../context/capability.ts";
import type { CapabilityCaller, CapabilitySubject } from "../context/capability-facts.ts";
import { RequestContext } from "../context/request-context.ts";
import type { Scope } from "../context/scope.ts";
import { CallerTokenError } from "../errors/caller-token-error.ts";
import { CapabilityError } from "../errors/capability-error.ts";
import { ConfigurationError } from "../errors/configuration-error.ts";
import { MissingContextError } from "../errors/missing-context-error.ts";
import { tokenTypes } from "../oauth/token-types.ts";
import { readAuthAnswers } from "../services/read-auth-answers.ts";
import { toTokenRequest } from "../services/to-token-request.ts";
import type { Caller } from "../values/caller.ts";
import type { KeyRing } from "../values/key-ring.ts";
import { MultiStringValue } from "../values/multi-string-value.ts";
import { Principal } from "../values/principal.ts";
import { RefreshToken } from "../values/refresh-token.ts";
import { Secret } from "../values/secret.ts";
import type { Engine } from "./create-engine.ts";

/** What a capability is to allow. */
export interface DetachOptions {
  /** How long it lasts, in milliseconds. With the caller's own token, it ends with that token at the latest. */
  readonly ttlMs: number;
  /** The names of the services that it may be used for. */
  readonly services: readonly string[];
  /**
   * Whether it is to outlast the caller's token: the authorization server is then asked for a refresh token, by exchange.
   *
   * @default false
   */
  readonly refreshable?: boolean;
  readonly signal?: AbortSignal;
}

/** What detaching works with. */
export interface DetachParts {
  readonly configuration: ResolvedConfiguration;
  readonly engine: Engine;
  /** Seals capabilities; `undefined` where no keys are configured. */
  readonly ring: KeyRing | undefined;
}

const problem = (path: string, given: string, fix: string): ConfigurationError =>
  new ConfigurationError([{ path, given, fix }]);

function checkOptions({ ttlMs, services }: DetachOptions, { configuration }: DetachParts): void {
  if (!(ttlMs > 0 && Number.isFinite(ttlMs))) {
    throw problem("detach.ttlMs", "a time that is not above zero", "Give a positive number of milliseconds.");
  }
  const unknown = services.find((name) => !configuration.services.has(name));
  if (services.length > 0 && unknown === undefined) return;
  const known = [...configuration.services.keys()].join(", ");
  const given = unknown === undefined ? "no services" : "a service that is not configured";
  throw problem("detach.services", given, `Name the services that it is for. Known: ${known}.`);
}

/** What a capability gives cannot be made to give more: only a request can be detached from. */
function readCaller(scope: Scope | undefined): { readonly scope: Scope; readonly caller: Caller } {
  if (!scope || scope.capability || scope.standing === "service")
    throw new MissingContextError("the caller of a request");
  if (!scope.caller) throw new CallerTokenError("missing");
  return { scope, caller: scope.caller };
}

async function readSubject(
  caller: Caller,
  tenant: string | undefined,
  { options, parts }: { readonly options: DetachOptions; readonly parts: DetachParts },
): Promise<CapabilitySubject> {
  const { dependencies } = parts.engine;
  const { token, issuer, subject, client, scopes, expiresAt, claims } = caller;
  const sessionId = typeof claims.sid === "string" ? claims.sid : undefined;
  const identity = { issuer, subject, client, scopes, sessionId, system: dependencies.isSystemCaller(caller) };
  if (!token) throw new CallerTokenError("missing");
  if (!options.refreshable) return { kind: "subjectToken", caller: { ...identity, token, expiresAt } };
  const authConfig = dependencies.forTenant(dependencies.root, tenant, undefined);
  const authContext = { grantType: "tokenExchange", authConfig } as const;
  const answers = await readAuthAnswers(authContext, options.signal);
  const outcome = await dependencies.tokenExchangeService.exchange({
    ...(await toTokenRequest({ ...answers, audience: MultiStringValue.empty }, authContext, options.signal)),
    subjectToken: token,
    requestedTokenType: tokenTypes.refreshToken,
  });
  return { kind: "refreshToken", caller: identity, token: new Secret(outcome.unwrap().accessToken.value()) };
}

/**
 * Gives the right to call some services on behalf of the current caller later.
 *
 * @throws {ConfigurationError} for services that are not configured, or no time
 * @throws {MissingContextError} outside of a request
 * @throws {CallerTokenError} when the request has no caller
 */
export async function detach(options: DetachOptions, parts: DetachParts): Promise<Capability> {
  const { configuration, engine, ring } = parts;
  const { context, forTenant, root, now } = engine.dependencies;
  const { scope, caller } = readCaller(context.scope());
  checkOptions(options, parts);
  const { tenant } = forTenant(root, undefined, scope).settings ?? {};
  const { iat } = caller.claims;
  // What is not known to be issued later counts as issued by then, as at the door.
  const issuedAt =
    typeof iat === "number" ? iat * 1000 : ((caller.token && engine.callerNames.goodAt(caller.token)) ?? 0);
  const facts = {
    issuer: configuration.authority.href,
    client: configuration.root.clientId,
    tenant,
    services: [...new Set(options.services)],
    issuedAt,
    expiresAt: now() + options.ttlMs,
    subject: await readSubject(caller, tenant, { options, parts }),
  };
  return new Capability(facts, ring);
}

/** Work outside of any request has one of its own, so that its calls have a message id. */
function toOwnRequest({ configuration }: DetachParts): RequestContext {
  const nobody = { rawHeaders: [], setResponseHeader: () => {}, onHangUp: () => {} };
  return new RequestContext(nobody, configuration);
}

/** The scope of work that this API does as itself. */
export function toServiceScope(parts: DetachParts): Scope {
  const request = parts.engine.context.current() ?? toOwnRequest(parts);
  return { request, standing: "service", caller: undefined, capability: undefined };
}

/** The caller of whom a capability remembers the token, and none of its claims. */
function toCaller({ system, sessionId: _, ...caller }: CapabilityCaller, tenant: string | undefined): Caller {
  const { subject, scopes } = caller;
  const principal = new Principal({ claims: {}, subject, scopes, isSystem: system, source: "token" });
  return { ...caller, authenticator: "capability", tenant, claims: {}, principal };
}

/** Whether whom a capability was made for was evicted since. */
function isEvicted(capability: Capability, { markers, namesOfIssuer }: Engine): boolean {
  const { issuedAt, subject } = readCapability(capability);
  const token = subject.kind === "subjectToken" ? subject.caller.token : new RefreshToken(subject.token.value());
  const { issuer, subject: name, sessionId } = subject.caller;
  return markers.revoked({ token, issuer, aliases: namesOfIssuer(issuer), subject: name, sessionId, issuedAt });
}

/** Asks at each use: work may last. A process that has just begun does not know yet what others evicted. */
function createAdmit(capability: Capability, engine: Engine): () => void | Promise<void> {
  const check = (): void => {
    if (isEvicted(capability, engine)) throw new CapabilityError("evicted");
  };
  return () => {
    const starting = engine.markerSharing.starting();
    return starting ? starting.then(check) : check();
  };
}

/**
 * The scope of work under a capability.
 *
 * @throws {CapabilityError} when it cannot be read, has ended, is another instance's, or whom it is for was evicted
 */
export function toCapabilityScope(given: Capability | string, parts: DetachParts): Scope {
  const { configuration, engine, ring } = parts;
  const bounds = { ring, issuer: configuration.authority.href, client: configuration.root.clientId, now: engine.now };
  const capability = typeof given === "string" ? openCapability(given, bounds) : given;
  assertUsable(capability, bounds);
  if (isEvicted(capability, engine)) throw new CapabilityError("evicted");
  const { subject } = readCapability(capability);
  const caller = subject.kind === "subjectToken" ? toCaller(subject.caller, capability.tenant) : undefined;
  const request = toOwnRequest(parts);
  if (caller?.token) engine.callerNames.note(caller.token, subject.caller);
  if (caller) request.accept(caller);
  return { request, standing: "caller", caller, capability, admit: createAdmit(capability, engine) };
}
