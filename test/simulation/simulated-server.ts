import type { ServerMetadata } from "../../packages/behalf/src/lib/oauth/discover.ts";
import type { ServerFetch } from "../../packages/behalf/src/lib/oauth/server-connection.ts";
import type { ServerPlace, Servers } from "../../packages/behalf/src/lib/oauth/servers.ts";
import type { ClientCredentials } from "../../packages/behalf/src/lib/oauth/token-request.ts";
import { tokenTypes } from "../../packages/behalf/src/lib/oauth/token-types.ts";
import { Secret } from "../../packages/behalf/src/lib/values/secret.ts";
import type { Chance } from "./chance.ts";
import type { Offer } from "./offers.ts";

/** What the server does at present. */
export type Weather = "fair" | "refusing" | "busy";

/** An authorization server whose tokens name what they were asked for. */
export interface SimulatedServer {
  weather: Weather;
  /** How many tokens it gave. */
  readonly minted: number;
  readonly servers: Servers;
}

/** The credentials of one offer: its secret names it, for a secret is no part of a key. */
export function credentialsOf({ name, target }: Offer): ClientCredentials {
  const { clientId, fields } = target;
  const authentication =
    fields.clientAuthentication === "client_secret_post" ? "client_secret_post" : "client_secret_basic";
  return { clientId, clientSecret: new Secret(name), authentication };
}

function readSecret(headers: Headers, form: URLSearchParams): string {
  const [, basic] = headers.get("authorization")?.split(" ") ?? [];
  if (basic === undefined) return form.get("client_secret") ?? "";
  return decodeURIComponent(Buffer.from(basic, "base64").toString("utf8").split(":")[1] ?? "");
}

/** Names what a request asks for: of whom, for whom, and by whom. An assertion of ours has that name already. */
function nameRequest(headers: Headers, form: URLSearchParams): string {
  const subject = form.get("subject_token") ?? form.get("assertion") ?? "";
  if (subject.startsWith("assertion:")) return subject.slice("assertion:".length);
  const actor = form.get("actor_token") ?? "";
  const actorType = form.get("actor_token_type")?.split(":").at(-1) ?? "";
  return `${readSecret(headers, form)}/${subject}/${actor}/${actorType}/`;
}

const metadataOf = (place: ServerPlace): ServerMetadata => ({
  issuer: place.authority,
  tokenEndpoint: new URL(place.tokenEndpoint ?? `${place.authority}token`),
  mtlsTokenEndpoint: undefined,
  introspectionEndpoint: undefined,
  mtlsIntrospectionEndpoint: undefined,
  userinfoEndpoint: undefined,
  jwksUri: undefined,
});

/** Creates the server, of which all issuers are names. It answers in the next turn. */
export function createSimulatedServer(chance: Chance): SimulatedServer {
  let minted = 0;

  const mint = (name: string, asked: string | null): Record<string, unknown> => {
    minted += 1;
    const assertion = asked === tokenTypes.identityAssertion;
    return {
      access_token: assertion ? `assertion:${name}` : `${name}${minted}`,
      token_type: assertion ? "N_A" : "Bearer",
      issued_token_type: asked ?? tokenTypes.accessToken,
      expires_in: chance.of([6, 60, 300, 900, 1_800, 3_600, 3_600, 3_600, 3_600, 3_600]),
    };
  };

  const fetch: ServerFetch = async (_, { headers, body }) => {
    await new Promise(setImmediate);
    if (server.weather === "busy") return Response.json({}, { status: 429 });
    if (server.weather === "refusing") return Response.json({ error: "invalid_grant" }, { status: 400 });
    const form = new URLSearchParams(body ?? "");
    return Response.json(mint(nameRequest(new Headers(headers), form), form.get("requested_token_type")));
  };

  const server = {
    weather: "fair" as Weather,
    get minted() {
      return minted;
    },
    servers: {
      get(place: ServerPlace) {
        const connection = { authority: new URL(place.authority), insecureRequestsAllowed: false, fetch };
        return { connection, metadata: { authority: place.authority, get: async () => metadataOf(place) } };
      },
      health: () => [],
    },
  };
  return server;
}
