import { executeHttpRequest } from "@sap-cloud-sdk/http-client";
import type { OpenTheRow } from "../row.ts";
import { itemPath } from "../site/site.ts";

/** SAP Cloud SDK with a destination as the destination service gives it: with the token in it. Its agent keeps connections. */
export const openSapCloudSdk: OpenTheRow = async ({ backend, accessToken }) => {
  const destination = {
    name: "inventory",
    url: backend,
    authentication: "OAuth2ClientCredentials",
    authTokens: [
      {
        type: "bearer",
        value: accessToken,
        expiresIn: "7200",
        error: null,
        http_header: { key: "Authorization", value: `Bearer ${accessToken}` },
      },
    ],
  } as const;
  return {
    async call() {
      const answer = await executeHttpRequest(
        { ...destination, authTokens: [...destination.authTokens] },
        { method: "get", url: itemPath },
      );
      const item: unknown = answer.data;
      return item;
    },
    close: async () => {},
  };
};
