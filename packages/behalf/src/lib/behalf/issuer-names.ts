import type { ResolvedInbound } from "../config/resolved-inbound.ts";
import type { NamesOfIssuer } from "./to-token-eviction.ts";

const withoutSlash = (text: string): string => text.replace(/\/$/, "");

/** Gives the names of issuers: those that one authenticator takes are one issuer's. */
export function createIssuerNames(inbound: ResolvedInbound | undefined): NamesOfIssuer {
  const groups = (inbound?.authenticators ?? []).map(({ issuers }) => issuers.map(withoutSlash));
  return (issuer) => {
    const own = withoutSlash(issuer);
    return [...new Set([own, ...groups.filter((group) => group.includes(own)).flat()])];
  };
}
