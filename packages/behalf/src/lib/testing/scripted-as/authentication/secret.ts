import { invalidClient } from "../answer.ts";
import { type ClientAuthenticationMethod, type ClientRegistry, listSecrets, type ScriptedClient } from "../clients.ts";
import type { Attempt } from "./attempt.ts";

/** A client that proved to be itself, and how. */
export interface Authenticated {
  readonly client: ScriptedClient;
  readonly method: ClientAuthenticationMethod;
}

function decodeFormValue(value: string): string {
  try {
    return decodeURIComponent(value.replaceAll("+", " "));
  } catch {
    throw invalidClient("The credentials are not form-encoded");
  }
}

function checkSecret(client: ScriptedClient | undefined, secret: string): ScriptedClient {
  if (!client || !listSecrets(client).includes(secret)) throw invalidClient("Unknown client or wrong secret");
  return client;
}

function readPair(authorization: string): readonly [id: string, secret: string] {
  const [scheme, encoded = ""] = authorization.split(" ");
  if (scheme?.toLowerCase() !== "basic") throw invalidClient("Unknown scheme");
  const pair = Buffer.from(encoded, "base64").toString("utf8");
  const colon = pair.indexOf(":");
  if (colon < 0) throw invalidClient("No colon in the credentials");
  return [pair.slice(0, colon), pair.slice(colon + 1)];
}

function findRaw(clients: ClientRegistry, id: string): ScriptedClient | undefined {
  const client = clients.find(id);
  return client?.basicEncoding === "raw" ? client : undefined;
}

export function authenticateBasic({ clients, request }: Attempt): Authenticated {
  const [id, secret] = readPair(request.headers.authorization ?? "");
  const raw = findRaw(clients, id);
  if (raw) return { client: checkSecret(raw, secret), method: "client_secret_basic" };
  const client = clients.find(decodeFormValue(id));
  if (client?.basicEncoding === "raw") throw invalidClient("The client id must not be form-encoded");
  return { client: checkSecret(client, decodeFormValue(secret)), method: "client_secret_basic" };
}

export function authenticatePost({ clients, request }: Attempt): Authenticated {
  const client = clients.find(request.form.get("client_id") ?? "");
  return { client: checkSecret(client, request.form.get("client_secret") ?? ""), method: "client_secret_post" };
}
