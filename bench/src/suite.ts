import type { Site } from "./site/site.ts";

/** What was measured, for people and for programs. */
export interface SuiteReport {
  readonly text: string;
  readonly json: object;
}

/** What a suite works with. */
export interface SuiteContext {
  readonly site: Site;
  /** Issues tokens of so many callers. */
  issueCallers(count: number): Promise<readonly string[]>;
  /** Hears of each row that is measured. */
  onMeasured(name: string): void;
}
