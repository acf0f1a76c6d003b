import { allowInsecureRequests, clientCredentialsGrant, discovery } from "openid-client";
import { fetchItem } from "../fetch-item.ts";
import type { OpenTheRow } from "../row.ts";
import { audience, client } from "../site/site.ts";

interface KeptToken {
  readonly token: string;
  readonly expiresAt: number;
}

/** What many write by hand: openid-client for the token, a map to keep it, the global `fetch` to call. */
export const openOpenidClient: OpenTheRow = async ({ backend, authority }) => {
  const configuration = await discovery(new URL(authority), client.id, client.secret, undefined, {
    execute: [allowInsecureRequests],
  });
  const kept = new Map<string, KeptToken>();

  const getToken = async (): Promise<string> => {
    const found = kept.get(audience);
    if (found && Date.now() < found.expiresAt) return found.token;
    const answer = await clientCredentialsGrant(configuration, { audience });
    const expiresAt = Date.now() + ((answer.expires_in ?? 300) - 60) * 1000;
    kept.set(audience, { token: answer.access_token, expiresAt });
    return answer.access_token;
  };

  return {
    call: async () => fetchItem(backend, await getToken()),
    close: async () => {},
  };
};
