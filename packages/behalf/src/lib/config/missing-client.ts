import type { ConfigurationProblem } from "../errors/configuration-error.ts";
import { type AuthNode, givenNowhere } from "./auth-node.ts";
import { findMissingCredential } from "./credential-needs.ts";

/** The credentials that the node needs and does not have. */
export function listMissingClient(
  node: AuthNode,
  { credentialsDelegated }: { readonly credentialsDelegated: boolean },
): readonly string[] {
  const missing = findMissingCredential(node);
  const isDelegated = (key: string): boolean => credentialsDelegated && (key === "clientId" || key === "clientSecret");
  const needed = [...(node.clientId === undefined ? ["clientId"] : []), ...(missing ? [missing] : [])];
  return needed.filter((key) => !isDelegated(key));
}

/** The method that proves the client, for a person. */
export function describeMethod(node: AuthNode): string {
  const isSaid = node.effective("clientAuthentication") !== undefined;
  return `clientAuthentication "${node.clientAuthentication}"${isSaid ? "" : ", the default,"}`;
}

/** The problem of a credential that the inbound side needs. */
export function toMissing(path: string, key: string, reason: string): ConfigurationProblem {
  const best = key === "clientId" ? "" : ', best by fromFile("PATH") or fromEnv("NAME")';
  return { path: `${path}.${key}`, given: givenNowhere, fix: `${reason} needs it. Set "${key}" here or above${best}.` };
}
