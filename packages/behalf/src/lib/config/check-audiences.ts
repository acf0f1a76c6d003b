import type { ConfigurationProblem } from "../errors/configuration-error.ts";
import { isTree } from "./tree.ts";

const fix = "Name the audience that this API's callers' tokens must have; there is no default.";

/** Finds the authenticators without an audience, also where something else is wrong: `custom` alone can do without. */
export function checkAudiences(inbound: unknown): readonly ConfigurationProblem[] {
  if (!isTree(inbound)) return [];
  const { authenticators, ...above } = inbound;
  const named = isTree(authenticators)
    ? Object.entries(authenticators).map(([name, own]) => [`inbound.authenticators.${name}`, own] as const)
    : [["inbound", above] as const];
  return named.flatMap(([path, own]) => {
    if (!isTree(own)) return [];
    const { audience, type } = { ...above, ...own };
    return audience === undefined && type !== "custom" ? [{ path: `${path}.audience`, given: "nothing", fix }] : [];
  });
}
