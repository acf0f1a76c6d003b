import type { ConfigurationProblem } from "../errors/configuration-error.ts";
import type { ResolvedAuthenticator } from "./resolved-inbound.ts";

const isSigned = ({ type }: ResolvedAuthenticator): boolean => type === "jwt" || type === "sidecar";

const isNested = (left: string, right: string): boolean => left.startsWith(right) || right.startsWith(left);

/** Whose tokens it takes; a slash at the end makes no other issuer of it. */
const listIssuers = ({ issuers, auth }: ResolvedAuthenticator): readonly string[] =>
  (issuers.length > 0 ? issuers : [auth.authority ?? ""]).map((issuer) => issuer.replace(/\/+$/, ""));

const overlap = (left: readonly string[], right: readonly string[]): boolean =>
  left.some((item) => right.includes(item));

/** What is wrong with the later of two that could both take the same token. */
function findClash(earlier: ResolvedAuthenticator, later: ResolvedAuthenticator): ConfigurationProblem | undefined {
  if (isSigned(earlier) !== isSigned(later) || !overlap(earlier.headers, later.headers)) return undefined;
  if (isSigned(later)) {
    if (!overlap(listIssuers(earlier), listIssuers(later))) return undefined;
    const fix = `Give it an issuer or a header of its own, set "byRouteOnly", or let "${earlier.name}" do both.`;
    return { path: `${later.configPath}.issuer`, given: `an issuer that "${earlier.name}" has as well`, fix };
  }
  if (!isNested(earlier.tokenPrefix, later.tokenPrefix)) return undefined;
  const fix = 'Say how its tokens begin, give it a header of its own, or set "byRouteOnly".';
  return { path: `${later.configPath}.tokenPrefix`, given: `tokens that "${earlier.name}" could take as well`, fix };
}

/** Finds the authenticators of which nobody could say which one is to take a token. */
export function findClashes(authenticators: readonly ResolvedAuthenticator[]): readonly ConfigurationProblem[] {
  const tried = authenticators.filter(({ byRouteOnly }) => !byRouteOnly);
  return tried.flatMap((later, index) => tried.slice(0, index).flatMap((earlier) => findClash(earlier, later) ?? []));
}
