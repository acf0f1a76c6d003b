import type { AuthSettings } from "../config/auth-settings.ts";
import type { ClientAuthenticationMethod } from "../config/options.ts";
import type { SecretSource } from "../config/secret-source.ts";
import type { ServerPlace } from "../oauth/servers.ts";
import type { RequestableGrant, TokenRequest } from "../oauth/token-request.ts";
import { digest } from "../values/digest.ts";
import type { MultiStringValue } from "../values/multi-string-value.ts";
import type { TokenBinding } from "./token-binding.ts";
import { type TargetFields, toTargetKey } from "./token-key.ts";

/** The grants that give a token: each one request, but `identityAssertion`, which is two. */
export type TokenGrant = RequestableGrant | "identityAssertion";

/** All of a token request but its grant, the credentials and the parties. */
export type FixedRequest = Omit<TokenRequest, "grantType" | "credentials" | "subject" | "actor">;

/** What an endpoint fixes of its tokens. */
export interface TargetDescription {
  readonly grantType: TokenGrant;
  readonly clientId: string;
  readonly authentication: ClientAuthenticationMethod;
  readonly audience: MultiStringValue;
  readonly resource: MultiStringValue;
  readonly scope: MultiStringValue;
  readonly requestedTokenType: string | undefined;
  readonly settings: AuthSettings;
  /** The issuer of the instance, for settings that name none. */
  readonly authority: string;
  readonly binding: TokenBinding;
  /** The configuration path of the service or endpoint. */
  readonly service: string;
  /** What is asked for first, to be shown as the assertion: the first half of an identity assertion. */
  readonly first?: TokenTarget | undefined;
}

/** What an endpoint's tokens have in common: asked for in the same way, whoever the caller is. */
export interface TokenTarget {
  readonly grantType: TokenGrant;
  readonly clientId: string;
  readonly server: ServerPlace;
  readonly request: FixedRequest;
  readonly fields: TargetFields;
  readonly key: string;
  readonly binding: TokenBinding;
  /** The type that was set for the subject token; `undefined` when it follows from the token. */
  readonly subjectTokenType: string | undefined;
  /** How long a token on behalf of somebody is used at most. */
  readonly maxDelegatedTtlMs: number | undefined;
  readonly first: TokenTarget | undefined;
}

const toPolicy = ({ audienceGuard, dialect, maxDelegatedTtlMs }: AuthSettings): string =>
  `${audienceGuard} ${dialect.strictProtocol} ${maxDelegatedTtlMs ?? ""}`;

const listThumbprints = ({ dpop, certificateThumbprint }: TokenBinding): readonly string[] =>
  [dpop?.thumbprint, certificateThumbprint].filter((thumbprint) => thumbprint !== undefined);

/** Tells sources apart: by where they read, by the text that was given, or, since a provider answers each as it likes, by who asks. */
function nameSource(source: SecretSource | undefined, service: string): string {
  if (!source || source.notation.startsWith("${")) return source?.notation ?? "";
  const given = source.peek();
  return given ? digest(given.value()) : service;
}

/** A workload may be known by its assertion alone: two sources are two workloads. */
function toAuthenticationField({ authentication, settings, service }: TargetDescription): string {
  const { clientAssertion, clientAssertionType } = settings;
  if (authentication !== "workload_identity") return authentication;
  return `${authentication} ${clientAssertionType} ${nameSource(clientAssertion, service)}`;
}

function toFields(description: TargetDescription): TargetFields {
  const { settings, binding } = description;
  return {
    issuer: settings.authority ?? description.authority,
    tokenEndpoint: settings.tokenEndpoint ?? "",
    clientId: description.clientId,
    clientAuthentication: toAuthenticationField(description),
    grantType: description.grantType,
    audiences: [...description.audience],
    resources: [...description.resource],
    scopes: [...description.scope],
    requestedTokenType: description.requestedTokenType ?? "",
    givenSubjectTokenType: settings.subjectTokenType ?? "",
    extraParameters: settings.parameters.map(([name, value]) => `${name.length}:${name}${value}`),
    proofThumbprint: listThumbprints(binding).join(" "),
    tenant: settings.tenant ?? "",
    precededBy: description.first?.key ?? "",
    connection: binding.serverTrust,
    policy: toPolicy(settings),
  };
}

/** Creates the target that a description stands for. */
export function createTokenTarget(description: TargetDescription): TokenTarget {
  const { grantType, clientId, settings, binding, audience, resource, scope, requestedTokenType } = description;
  const fields = toFields(description);
  const request: FixedRequest = {
    audience,
    resource,
    scope,
    requestedTokenType,
    parameters: settings.parameters,
    dpop: binding.dpop,
    identity: binding.serverIdentity,
    certificateBound: binding.certificateThumbprint !== undefined,
    dialect: settings.dialect,
    audienceGuard: settings.audienceGuard,
    refreshReuse: settings.refreshReuse,
    service: description.service,
  };
  const { tokenEndpoint, issuerTemplate, subjectTokenType, maxDelegatedTtlMs } = settings;
  return Object.freeze({
    grantType,
    clientId,
    server: { authority: fields.issuer, tokenEndpoint, issuerTemplate, identity: binding.serverIdentity },
    request,
    fields,
    key: toTargetKey(fields),
    binding,
    subjectTokenType,
    maxDelegatedTtlMs,
    first: description.first,
  });
}
