import {
  ConfidentialClientApplication,
  type INetworkModule,
  type NetworkResponse,
  ProtocolMode,
} from "@azure/msal-node";
import { fetchItem } from "../fetch-item.ts";
import type { OpenTheRow } from "../row.ts";
import { client } from "../site/site.ts";

// MSAL refuses authorities without TLS: it gets a name of its own, and a network that leads from there to the loopback.
const host = "login.bench.example";
const issuer = `https://${host}/bench`;
const metadata = {
  issuer,
  authorization_endpoint: `${issuer}/authorize`,
  token_endpoint: `${issuer}/token`,
  end_session_endpoint: `${issuer}/logout`,
  jwks_uri: `${issuer}/jwks`,
};

function createNetwork(authority: string): INetworkModule {
  async function send<body>(url: string, init: RequestInit): Promise<NetworkResponse<body>> {
    const response = await fetch(`${authority}${new URL(url).pathname.replace("/bench", "")}`, init);
    const body: body = JSON.parse(await response.text());
    return { status: response.status, headers: Object.fromEntries(response.headers), body };
  }
  return {
    sendGetRequestAsync: (url, { headers = {} } = {}) => send(url, { headers }),
    sendPostRequestAsync: (url, { headers = {}, body = "" } = {}) => send(url, { method: "POST", headers, body }),
  };
}

/** Opens MSAL at the authorization server of the bench. */
export function createMsal(authority: string): ConfidentialClientApplication {
  return new ConfidentialClientApplication({
    auth: {
      clientId: client.id,
      clientSecret: client.secret,
      authority: issuer,
      knownAuthorities: [host],
      authorityMetadata: JSON.stringify(metadata),
    },
    system: { networkClient: createNetwork(authority), protocolMode: ProtocolMode.OIDC },
  });
}

/** MSAL without a token yet. */
export const openColdMsal: OpenTheRow = async ({ backend, authority }) => {
  const application = createMsal(authority);
  const acquire = () => application.acquireTokenByClientCredential({ scopes: ["inventory/.default"] });
  return {
    call: async () => fetchItem(backend, (await acquire())?.accessToken ?? ""),
    close: async () => {},
  };
};

/** MSAL with its own cache of tokens, and the global `fetch` to call. */
export const openMsal: OpenTheRow = async (site) => {
  const application = createMsal(site.authority);
  const acquire = () => application.acquireTokenByClientCredential({ scopes: ["inventory/.default"] });
  await acquire();
  if (!(await acquire())?.fromCache) throw new Error("MSAL does not answer from its cache.");
  return {
    call: async () => fetchItem(site.backend, (await acquire())?.accessToken ?? ""),
    close: async () => {},
  };
};
