import { BehalfError } from "./behalf-error.ts";

/** One thing that is wrong in the configuration. */
export interface ConfigurationProblem {
  /** Where, as in `services.inventory.host`. */
  readonly path: string;
  /** What stands there, in words; a secret is never shown. */
  readonly given: string;
  /** What to do about it. */
  readonly fix: string;
}

/** The settings cannot be used: you must fix them. */
export class ConfigurationError extends BehalfError {
  override readonly name = "ConfigurationError";
  override readonly code = "BEHALF_CONFIG_INVALID";
  /** The path of the first problem. */
  readonly configPath: string;
  /** The fix of the first problem. */
  readonly fix: string;
  /** Every problem that was found, at least one. */
  readonly problems: readonly ConfigurationProblem[];

  constructor(problems: readonly [ConfigurationProblem, ...ConfigurationProblem[]]) {
    super(problems.map((problem) => `${problem.path}: ${problem.given}. ${problem.fix}`).join("\n"));
    this.problems = Object.freeze([...problems]);
    this.configPath = problems[0].path;
    this.fix = problems[0].fix;
  }
}
