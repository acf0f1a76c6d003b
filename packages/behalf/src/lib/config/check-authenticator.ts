import type { ConfigurationProblem } from "../errors/configuration-error.ts";
import type { CheckSurroundings } from "./check-node.ts";
import type { CheckedInbound } from "./checked-inbound.ts";
import { describeMethod, listMissingClient, toMissing } from "./missing-client.ts";
import type { AuthenticatorLevel } from "./resolve-authenticator.ts";
import type { ResolvedAuthenticator } from "./resolved-inbound.ts";
import { hasTenantPlace } from "./tenant-name.ts";

type Problems = readonly ConfigurationProblem[];

/** The settings that have a meaning for some types only. */
const typed = [
  { key: "keys", types: ["jwt", "sidecar"], given: "keys of a type that verifies none" },
  { key: "authenticate", types: ["custom"], given: "a function that this type does not ask" },
] as const;

type Typed = (typeof typed)[number];

function checkTyped(path: string, types: readonly string[], { key, ...wanted }: Typed): Problems {
  if (types.some((type) => wanted.types.some((known) => known === type))) return [];
  const names = wanted.types.map((type) => `"${type}"`).join(" or ");
  return [{ path: `${path}.${key}`, given: wanted.given, fix: `Take it out, or set "type" to ${names}.` }];
}

/** What a level says that its type, or that of those who inherit it, does not use. */
export function checkAuthenticatorLevels(inbound: CheckedInbound, levels: readonly AuthenticatorLevel[]): Problems {
  const typeOf = ({ effective }: AuthenticatorLevel): string => effective.type ?? "jwt";
  return typed.flatMap((setting) => {
    const said = levels.filter(({ own }) => own[setting.key] !== undefined);
    const isShared = inbound.authenticators !== undefined && inbound[setting.key] !== undefined;
    return [
      ...said.flatMap((level) => checkTyped(level.configPath, [typeOf(level)], setting)),
      ...(isShared ? checkTyped("inbound", levels.map(typeOf), setting) : []),
    ];
  });
}

function checkTenantPlace(authenticator: ResolvedAuthenticator, tenants: readonly string[]): Problems {
  const { auth, configPath, keys, issuers, type } = authenticator;
  if (type === "introspection" && hasTenantPlace(auth.authority)) {
    const fix =
      'Give an authenticator with an "authority" of its own for each tenant: an opaque token does not name one.';
    return [{ path: `${configPath}.authority`, given: "a URL with {tenant}, for introspection", fix }];
  }
  const isJwt = type === "jwt" || type === "sidecar";
  if (isJwt && keys === undefined && hasTenantPlace(auth.authority)) {
    const setting =
      issuers.length > 0 ? "issuer" : auth.settings.issuerTemplate === undefined ? undefined : "issuerTemplate";
    const fix = "Take it out: each tenant's issuer is the one that its own server names.";
    if (setting)
      return [{ path: `${configPath}.${setting}`, given: 'a value beside an "authority" with {tenant}', fix }];
  }
  const asksNobody = type === "custom" || (keys !== undefined && issuers.length > 0);
  if (asksNobody || tenants.length > 0 || !hasTenantPlace(auth.authority)) return [];
  const fix = 'Name them in "tenants", or give an "authority" without {tenant}.';
  return [{ path: `${configPath}.authority`, given: "a URL with {tenant}, and no tenants", fix }];
}

/** What an authenticator needs for its type, and does not have. */
export function checkAuthenticator(
  authenticator: ResolvedAuthenticator,
  surroundings: CheckSurroundings & { readonly tenants: readonly string[] },
): Problems {
  const { auth, authenticate, configPath, type } = authenticator;
  const fix = 'Give a function that says who shows a credential, or another "type".';
  const unasked = { path: `${configPath}.authenticate`, given: "nothing", fix };
  const missing = type === "introspection" ? listMissingClient(auth, surroundings) : [];
  return [
    ...(type === "custom" && !authenticate ? [unasked] : []),
    ...missing.map((key) => toMissing(configPath, key, key === "clientId" ? "Introspection" : describeMethod(auth))),
    ...checkTenantPlace(authenticator, surroundings.tenants),
  ];
}
