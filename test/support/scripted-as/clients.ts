import { OAuthError } from "./answer.ts";
import type { AsRequest } from "./as-request.ts";

/** A client that the scripted authorization server knows. */
export interface ScriptedClient {
  readonly clientId: string;
  readonly clientSecret: string;
  /** The one method it may authenticate by. @default either */
  readonly authenticationMethod?: "client_secret_basic" | "client_secret_post";
  /** The scopes it may ask for, separated by spaces. @default any */
  readonly scope?: string;
  /** The audiences and resources it may ask for. @default any */
  readonly audiences?: readonly string[];
}

interface Credentials {
  readonly method: "client_secret_basic" | "client_secret_post";
  readonly clientId: string;
  readonly clientSecret: string;
}

function decodeFormValue(value: string): string {
  return decodeURIComponent(value.replaceAll("+", " "));
}

function readBasic(authorization: string): Credentials {
  const [scheme, encoded = ""] = authorization.split(" ");
  if (scheme?.toLowerCase() !== "basic") throw new OAuthError("invalid_client", "Unknown scheme", 401);
  const pair = Buffer.from(encoded, "base64").toString("utf8");
  const colon = pair.indexOf(":");
  if (colon < 0) throw new OAuthError("invalid_client", "No colon in the credentials", 401);
  return {
    method: "client_secret_basic",
    clientId: decodeFormValue(pair.slice(0, colon)),
    clientSecret: decodeFormValue(pair.slice(colon + 1)),
  };
}

function readCredentials({ headers, form }: AsRequest): Credentials {
  const posted = form.get("client_secret");
  if (headers.authorization !== undefined) {
    if (posted !== null) throw new OAuthError("invalid_request", "More than one way of client authentication");
    return readBasic(headers.authorization);
  }
  const clientId = form.get("client_id");
  if (clientId === null || posted === null) throw new OAuthError("invalid_client", "No client authentication", 401);
  return { method: "client_secret_post", clientId, clientSecret: posted };
}

/** Finds the client that a token request authenticates as. */
export function authenticateClient(clients: readonly ScriptedClient[], request: AsRequest): ScriptedClient {
  const credentials = readCredentials(request);
  const client = clients.find(({ clientId }) => clientId === credentials.clientId);
  if (client?.clientSecret !== credentials.clientSecret) {
    throw new OAuthError("invalid_client", "Unknown client or wrong secret", 401);
  }
  if (client.authenticationMethod && client.authenticationMethod !== credentials.method) {
    throw new OAuthError("invalid_client", `The client must authenticate by ${client.authenticationMethod}`, 401);
  }
  return client;
}
