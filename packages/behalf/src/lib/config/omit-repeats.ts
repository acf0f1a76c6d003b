import type { ConfigurationProblem } from "../errors/configuration-error.ts";

/** Keeps the first problem of each place: what follows from it would only be in the way. */
export function omitRepeats(problems: readonly ConfigurationProblem[]): readonly ConfigurationProblem[] {
  return problems.filter(({ path }, index) => problems.findIndex((problem) => problem.path === path) === index);
}
