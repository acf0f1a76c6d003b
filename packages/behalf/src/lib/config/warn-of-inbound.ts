import type { ConfigurationProblem } from "../errors/configuration-error.ts";
import type { ResolvedAuthenticator, ResolvedInbound } from "./resolved-inbound.ts";

type Warnings = readonly ConfigurationProblem[];

const longestMs = 5 * 60_000;

function warnOfAuthenticator({ configPath, type, keepMs, keys }: ResolvedAuthenticator): Warnings {
  const kept = {
    path: `${configPath}.keepMs`,
    given: `${keepMs} ms`,
    fix: "A revoked token may be accepted that long: keep answers for five minutes at most.",
  };
  const pinned = {
    path: `${configPath}.keys`,
    given: "pinned keys, which the server does not replace",
    fix: "Tokens of a new key are refused until it stands here: have the server's keys fetched, if it has any.",
  };
  return [...(type === "introspection" && keepMs > longestMs ? [kept] : []), ...(keys ? [pinned] : [])];
}

function warnOfRoutes({ authenticators }: ResolvedInbound): Warnings {
  if (authenticators.some(({ byRouteOnly }) => !byRouteOnly)) return [];
  const path = authenticators.length > 1 ? "inbound.authenticators" : `${authenticators[0].configPath}.byRouteOnly`;
  const fix = "Every token is refused there: have every route name its authenticators, or leave one for the others.";
  return [{ path, given: "no authenticator for routes that name none", fix }];
}

function warnOfDevProxy({ devProxy }: ResolvedInbound): Warnings {
  if (!devProxy) return [];
  const fix = "It is for a developer's machine, and refuses every other request: take it out of what is deployed.";
  return [{ path: "inbound.devProxy", given: `a development proxy at ${devProxy.url.origin}`, fix }];
}

/** Lists what is allowed on the inbound side, and worth a second look. */
export function warnOfInbound(inbound: ResolvedInbound | undefined): Warnings {
  if (!inbound) return [];
  return [...warnOfDevProxy(inbound), ...warnOfRoutes(inbound), ...inbound.authenticators.flatMap(warnOfAuthenticator)];
}
