import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { audience } from "./site.ts";
import { lifeSeconds, type TokenIssuer } from "./token-issuer.ts";

const exchangeGrant = "urn:ietf:params:oauth:grant-type:token-exchange";

function answerJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/json", "cache-control": "no-store" });
  response.end(JSON.stringify(body));
}

async function issueToken(request: IncomingMessage, response: ServerResponse, issuer: TokenIssuer): Promise<void> {
  const form = new URLSearchParams(await text(request));
  const grant = form.get("grant_type");
  if (grant !== "client_credentials" && grant !== exchangeGrant) {
    answerJson(response, 400, { error: "unsupported_grant_type" });
    return;
  }
  answerJson(response, 200, {
    access_token: issuer.issue(`http://${request.headers.host}`, form.get("audience") ?? audience),
    token_type: "Bearer",
    expires_in: lifeSeconds,
    ...(grant === exchangeGrant ? { issued_token_type: "urn:ietf:params:oauth:token-type:access_token" } : {}),
  });
}

/** Answers as the least authorization server that the rows can do with: it lets every client in. */
export function createAuthorizationServer(issuer: TokenIssuer): RequestListener {
  return (request, response) => {
    const origin = `http://${request.headers.host}`;
    switch (request.url) {
      case "/.well-known/openid-configuration":
        answerJson(response, 200, { issuer: origin, token_endpoint: `${origin}/token`, jwks_uri: `${origin}/jwks` });
        break;
      case "/jwks":
        answerJson(response, 200, { keys: [issuer.key] });
        break;
      case "/token":
        issueToken(request, response, issuer).catch((error: unknown) => response.destroy(new Error(String(error))));
        break;
      default:
        response.writeHead(404).end();
    }
  };
}
