import type { Row } from "../row.ts";
import { mostMsalUsers } from "./msal-users.ts";

/** What the rows of exchange are measured against. */
export const exchangeBaseline: Row = {
  name: "hand-written-exchange",
  title: "written by hand: map, single flight, Pool.request (again, as a control)",
  kind: "bound",
  load: async () => (await import("./hand-written.ts")).openHandWrittenExchange,
};

/** All rows, in the order of the table. */
export const exchangeRows: readonly Row[] = [
  exchangeBaseline,
  {
    name: "behalf-known",
    title: "Behalf, caller validated before",
    kind: "behalf",
    load: async () => (await import("./behalf-known.ts")).openBehalfKnown,
  },
  {
    name: "behalf-exchange",
    title: "Behalf, caller received and recognized in each call",
    kind: "behalf",
    load: async () => (await import("./behalf-exchange.ts")).openBehalfExchange,
  },
  {
    name: "msal-on-behalf-of",
    title: `@azure/msal-node on behalf of ${mostMsalUsers} users, global fetch`,
    kind: "peer",
    load: async () => (await import("./msal-on-behalf-of.ts")).openMsalOnBehalfOf,
  },
];
