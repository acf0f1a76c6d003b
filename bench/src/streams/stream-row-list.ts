import type { StreamRow } from "./stream-row.ts";

/** What every row is measured against. */
export const streamBaseline: StreamRow = {
  name: "undici-request-stream",
  title: "undici Pool.request, static token (again, as a control)",
  kind: "bound",
  load: async () => (await import("./rows/undici-request.ts")).openUndiciRequestStreams,
};

/** All rows, in the order of the table. */
export const streamRows: readonly StreamRow[] = [
  streamBaseline,
  {
    name: "undici-stream",
    title: "undici Pool.stream, static token",
    kind: "bound",
    load: async () => (await import("./rows/undici-stream.ts")).openUndiciStream,
  },
  {
    name: "behalf-stream",
    title: "Behalf, client credentials",
    kind: "behalf",
    load: async () => (await import("./rows/behalf.ts")).openBehalfStreams,
  },
  {
    name: "fetch-stream",
    title: "global fetch, static token",
    kind: "peer",
    load: async () => (await import("./rows/global-fetch.ts")).openFetchStreams,
  },
  {
    name: "axios-stream",
    title: "axios, keep-alive, static token",
    kind: "peer",
    load: async () => (await import("./rows/axios.ts")).openAxiosStreams,
  },
  {
    name: "got-stream",
    title: "got, keep-alive, static token",
    kind: "peer",
    load: async () => (await import("./rows/got.ts")).openGotStreams,
  },
];

/** Finds a row by its name. */
export function findStreamRow(name: string): StreamRow {
  const row = streamRows.find((candidate) => candidate.name === name);
  if (!row) throw new RangeError(`There is no row of streams "${name}".`);
  return row;
}
