import { Agent } from "node:http";
import axios from "axios";
import { type AccessToken, ClientCredentials } from "simple-oauth2";
import type { OpenTheRow } from "../row.ts";
import { audience, client, itemPath } from "../site/site.ts";

const windowSeconds = 60;

/** simple-oauth2 for the token, asked before each call whether it has expired, as its documentation has it; axios to call. */
export const openSimpleOauth2: OpenTheRow = async ({ backend, authority }) => {
  const grant = new ClientCredentials({ client, auth: { tokenHost: authority, tokenPath: "/token" } });
  const httpAgent = new Agent({ keepAlive: true });
  const instance = axios.create({ baseURL: backend, httpAgent });
  let kept: AccessToken | undefined;

  async function getToken(): Promise<string> {
    if (!kept || kept.expired(windowSeconds)) kept = await grant.getToken({ audience });
    return kept.token.access_token;
  }

  return {
    async call() {
      const authorization = `Bearer ${await getToken()}`;
      return (await instance.get<unknown>(itemPath, { headers: { authorization } })).data;
    },
    close: async () => httpAgent.destroy(),
  };
};
