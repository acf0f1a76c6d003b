import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { audience, callersPath, client } from "./site.ts";
import { lifeSeconds, type TokenIssuer } from "./token-issuer.ts";
import type { Traffic } from "./traffic.ts";

const exchangeGrant = "urn:ietf:params:oauth:grant-type:token-exchange";
const onBehalfOfGrant = "urn:ietf:params:oauth:grant-type:jwt-bearer";

function answerJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/json", "cache-control": "no-store" });
  response.end(JSON.stringify(body));
}

const encode = (part: object): string => Buffer.from(JSON.stringify(part)).toString("base64url");

/** Reads who the token of an assertion is about. It verifies nothing: every caller is let in. */
function readSubject(token: string): string {
  const claims: { readonly sub?: string } = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString());
  return claims.sub ?? "";
}

/** What comes beside an on-behalf-of token, by which its client tells the users apart. */
function describeUser(assertion: string, issuer: string): object {
  const sub = readSubject(assertion);
  const iat = Math.floor(Date.now() / 1000);
  const claims = { iss: issuer, aud: client.id, sub, oid: sub, tid: "bench", iat, exp: iat + lifeSeconds };
  return {
    id_token: `${encode({ alg: "none" })}.${encode(claims)}.`,
    client_info: encode({ uid: sub, utid: "bench" }),
    scope: "inventory/.default",
  };
}

async function issueToken(request: IncomingMessage, response: ServerResponse, issuer: TokenIssuer): Promise<void> {
  const form = new URLSearchParams(await text(request));
  const grant = form.get("grant_type");
  if (grant !== "client_credentials" && grant !== exchangeGrant && grant !== onBehalfOfGrant) {
    answerJson(response, 400, { error: "unsupported_grant_type" });
    return;
  }
  const origin = `http://${request.headers.host}`;
  answerJson(response, 200, {
    access_token: issuer.issue(origin, form.get("audience") ?? audience),
    token_type: "Bearer",
    expires_in: lifeSeconds,
    ...(grant === exchangeGrant ? { issued_token_type: "urn:ietf:params:oauth:token-type:access_token" } : {}),
    ...(grant === onBehalfOfGrant ? describeUser(form.get("assertion") ?? "", origin) : {}),
  });
}

/** Answers as the least authorization server that the rows can do with: it lets every client in. */
export function createAuthorizationServer(issuer: TokenIssuer, traffic: Traffic): RequestListener {
  const callers: string[] = [];
  const issueCallers = (origin: string, count: number): readonly string[] => {
    while (callers.length < count) callers.push(issuer.issue(origin, client.id, `user-${callers.length}`));
    return callers.slice(0, count);
  };
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
        traffic.countTokenRequest();
        issueToken(request, response, issuer).catch((error: unknown) => response.destroy(new Error(String(error))));
        break;
      default:
        if (request.url?.startsWith(callersPath)) {
          answerJson(response, 200, issueCallers(origin, Number(request.url.slice(callersPath.length))));
        } else response.writeHead(404).end();
    }
  };
}
