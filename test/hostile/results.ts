/** What came of one case through one framework. */
export interface Result {
  readonly theme: string;
  readonly name: string;
  readonly status: number;
  readonly error: string | null | undefined;
  readonly reason: string | undefined;
  readonly durationMs: number;
}

/** Writes the corpus down: a line a case, whatever the framework. */
export function formatResults(results: readonly Result[]): string {
  const lines = new Set(
    results.map(({ theme, name, status, error, reason }) =>
      [theme, name, String(status), error ?? "–", reason ?? "–"].join(" · "),
    ),
  );
  return ["theme · case · status · error · reason", ...lines].join("\n");
}

function median(numbers: readonly number[]): number {
  const ordered = [...numbers].sort((left, right) => left - right);
  return ordered[Math.floor(ordered.length / 2)] ?? 0;
}

/** Says what the slowest refusal costs beside a usual one, and beside the good twins. */
export function formatCosts(refusals: readonly Result[], twinsMs: readonly number[]): string {
  const slowest = refusals.reduce((left, right) => (right.durationMs > left.durationMs ? right : left));
  const usual = median(refusals.map(({ durationMs }) => durationMs));
  const { theme, name, durationMs } = slowest;
  return [
    `slowest refusal: ${durationMs.toFixed(1)} ms (${theme}: ${name}) beside a normal one's ${usual.toFixed(1)} ms`,
    `accepted twins, each with a token that was not seen before: ${median(twinsMs).toFixed(1)} ms`,
  ].join("\n");
}
