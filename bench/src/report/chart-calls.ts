import type { Bar, Chart } from "./chart.ts";
import { formatMachine } from "./environment.ts";
import type { Results } from "./results.ts";

const usualConcurrency = 16;

interface MeasuredCalls {
  readonly rows: readonly (Pick<Bar, "kind"> & {
    readonly name: string;
    readonly title: string;
    readonly comparisons: readonly { readonly concurrency: number; readonly cpuRatio: { readonly median: number } }[];
  })[];
}

/** What the bars are called where a table's title is too long for them, or says what only a table needs. */
const labels: Readonly<Record<string, string>> = {
  "undici-request": "undici Pool.request (the baseline again)",
  "undici-dispatch": "undici Pool.dispatch, own handler",
  "hand-written": "written by hand: map + Pool.request",
  behalf: "Behalf, client credentials",
  "behalf-observed": "Behalf, with records of its calls",
  "behalf-on-behalf": "Behalf, with its caller recognized",
  "undici-interceptors": "undici with two interceptors",
  "undici-signal": "undici Pool.request, a signal per call",
  "node-http": "node:http, keep-alive",
  "global-fetch": "global fetch",
  "openid-client": "openid-client + map + fetch",
  msal: "MSAL + fetch",
  axios: "axios, no token handling",
  ky: "ky, no token handling",
  got: "got, no token handling",
  "undici-oidc-interceptor": "undici-oidc-interceptor",
  "simple-oauth2": "simple-oauth2 + axios",
  "google-auth-library": "google-auth-library",
  "sap-cloud-sdk": "SAP Cloud SDK http-client",
};

function isMeasured(measured: object): measured is MeasuredCalls {
  return "rows" in measured && Array.isArray(measured.rows);
}

/** Chooses what the chart shows of the suite `calls`: fewest CPU first. `undefined` where it was not measured. */
export function chartCalls({ suites }: Results): Chart | undefined {
  const calls = suites.calls;
  if (!calls || !isMeasured(calls.measured)) return undefined;
  const { rows } = calls.measured;
  const all = rows[0]?.comparisons.map(({ concurrency }) => concurrency) ?? [];
  const shown = all.includes(usualConcurrency) ? usualConcurrency : all[0];
  const bars = rows.flatMap(({ name, title, kind, comparisons }) => {
    const ratio = comparisons.find(({ concurrency }) => concurrency === shown)?.cpuRatio.median;
    return ratio === undefined ? [] : [{ label: labels[name] ?? title, ratio, kind }];
  });
  return {
    title: "CPU per authorized call",
    caption: `Relative to a bare undici request with a static token (×1), ${shown} at a time. Shorter is better.`,
    note: `${formatMachine(calls.environment)}.`,
    bars: bars.toSorted((one, other) => one.ratio - other.ratio),
  };
}
