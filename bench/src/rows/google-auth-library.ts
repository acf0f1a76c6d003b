import { Agent } from "node:http";
import { IdentityPoolClient } from "google-auth-library";
import type { OpenTheRow } from "../row.ts";
import { audience, client, itemPath } from "../site/site.ts";

/** google-auth-library as a workload outside of Google has it: its own token exchanged at the token server, and kept. */
export const openGoogleAuthLibrary: OpenTheRow = async ({ backend, authority, callerToken }) => {
  const agent = new Agent({ keepAlive: true });
  const pool = new IdentityPoolClient({
    type: "external_account",
    audience,
    subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
    token_url: `${authority}/token`,
    client_id: client.id,
    client_secret: client.secret,
    scopes: ["read"],
    subject_token_supplier: { getSubjectToken: async () => callerToken },
    forceRefreshOnFailure: true,
    transporterOptions: { agent },
  });
  return {
    call: async () => (await pool.request<unknown>({ url: `${backend}${itemPath}` })).data,
    close: async () => agent.destroy(),
  };
};
