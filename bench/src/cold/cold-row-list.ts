import type { Row } from "../row.ts";
import { rows } from "../row-list.ts";

/** What the rows are measured against that have no token yet, or one that is refused. */
export const coldBaseline: Row = {
  name: "hand-written",
  title: "written by hand: map, single flight, 401 renews (again, as a control)",
  kind: "bound",
  load: async () => (await import("../rows/hand-written.ts")).openHandWritten,
};

const coldMsal: Row = {
  name: "msal-cold",
  title: "@azure/msal-node, its cache + global fetch",
  kind: "peer",
  load: async () => (await import("../rows/msal.ts")).openColdMsal,
};

/** The rows of calls that obtain a token themselves, and only when they need it. */
const obtaining = ["behalf", "openid-client", "undici-oidc-interceptor", "simple-oauth2", "google-auth-library"];

/** All rows, in the order of the table. */
export const coldRows: readonly Row[] = [
  coldBaseline,
  ...rows.filter(({ name }) => obtaining.includes(name)),
  coldMsal,
];
