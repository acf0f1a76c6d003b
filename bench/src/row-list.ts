import type { Row } from "./row.ts";

/** What every row is measured against. */
export const baseline: Row = {
  name: "undici-request",
  title: "undici Pool.request, static token (again, as a control)",
  kind: "bound",
  load: async () => (await import("./rows/undici-request.ts")).openUndiciRequest,
};

/** All rows, in the order of the table. */
export const rows: readonly Row[] = [
  baseline,
  {
    name: "undici-dispatch",
    title: "undici Pool.dispatch, own handler, static token",
    kind: "bound",
    load: async () => (await import("./rows/undici-dispatch.ts")).openUndiciDispatch,
  },
  {
    name: "behalf",
    title: "Behalf, client credentials",
    kind: "behalf",
    load: async () => (await import("./rows/behalf.ts")).openBehalf,
  },
  {
    name: "behalf-observed",
    title: "Behalf, client credentials, records subscribed to",
    kind: "behalf",
    load: async () => (await import("./rows/behalf-observed.ts")).openBehalfObserved,
  },
  {
    name: "behalf-on-behalf",
    title: "Behalf, caller received and recalled, token exchange",
    kind: "behalf",
    load: async () => (await import("./rows/behalf-on-behalf.ts")).openBehalfOnBehalf,
  },
  {
    name: "openid-client",
    title: "openid-client + own map + global fetch",
    kind: "peer",
    load: async () => (await import("./rows/openid-client.ts")).openOpenidClient,
  },
  {
    name: "msal",
    title: "@azure/msal-node, its cache + global fetch",
    kind: "peer",
    load: async () => (await import("./rows/msal.ts")).openMsal,
  },
  {
    name: "axios",
    title: "axios, keep-alive, static token",
    kind: "peer",
    load: async () => (await import("./rows/axios.ts")).openAxios,
  },
];

/** Finds a row by its name. */
export function findRow(name: string): Row {
  const row = rows.find((candidate) => candidate.name === name);
  if (!row) throw new RangeError(`There is no row "${name}"; the rows are ${rows.map((one) => one.name).join(", ")}.`);
  return row;
}
