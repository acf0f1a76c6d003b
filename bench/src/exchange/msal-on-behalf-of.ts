import { fetchItem } from "../fetch-item.ts";
import type { OpenTheRow } from "../row.ts";
import { createMsal } from "../rows/msal.ts";
import { fetchCallers, openInRotation } from "./callers.ts";
import { mostMsalUsers } from "./msal-users.ts";

/** MSAL on behalf of its users, from its own cache, and the global `fetch` to call. */
export const openMsalOnBehalfOf: OpenTheRow = async (site) => {
  const application = createMsal(site.authority);
  const acquire = (oboAssertion: string) =>
    application.acquireTokenOnBehalfOf({ oboAssertion, scopes: ["inventory/.default"] });
  const callers = await fetchCallers(site, Math.min(site.users, mostMsalUsers));
  const call = await openInRotation(callers, async (caller) =>
    fetchItem(site.backend, (await acquire(caller))?.accessToken ?? ""),
  );
  for (const caller of callers)
    if (!(await acquire(caller))?.fromCache) throw new Error("MSAL does not answer from its cache.");
  return { call, close: async () => {} };
};
