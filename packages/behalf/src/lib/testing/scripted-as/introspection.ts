import { invalidClient, json, OAuthError, type SentAnswer } from "./answer.ts";
import type { AsRequest } from "./as-request.ts";
import { authenticateClient } from "./authentication/authenticate-client.ts";
import { BearerError, readBearer } from "./bearer.ts";
import { checkForm, type Issuing } from "./issuing.ts";

const signedType = "token-introspection+jwt";

/** Names who asks: a client, by its credentials or by a token that it got (RFC 7662 section 2.1). */
async function identify(issuing: Issuing, request: AsRequest): Promise<string> {
  if (request.headers.authorization?.startsWith("Bearer ")) {
    const { client_id: clientId, sub } = await readBearer(request, issuing.tokens);
    return String(clientId ?? sub);
  }
  const { client, method } = await authenticateClient({ ...issuing, request });
  if (method === "none") throw invalidClient("A public client may not ask");
  return client.clientId;
}

async function introspect(issuing: Issuing, request: AsRequest): Promise<SentAnswer> {
  checkForm(request);
  const clientId = await identify(issuing, request);
  const token = request.form.get("token");
  if (token === null) throw new OAuthError("invalid_request", '"token" is required');
  const claims = await issuing.tokens.find(token);
  const members = claims ? { active: true, token_type: "Bearer", ...claims } : { active: false };
  const signed = issuing.signsIntrospection || request.headers.accept === `application/${signedType}`;
  return signed ? sign(issuing, members, clientId) : json(members);
}

/** RFC 9701 section 5. */
async function sign({ issuer, keys, now }: Issuing, members: object, clientId: string): Promise<SentAnswer> {
  const payload = { iss: issuer, aud: clientId, iat: Math.floor(now() / 1000), token_introspection: members };
  const body = await keys.sign(payload, { typ: signedType });
  return { kind: "send", status: 200, headers: { "content-type": `application/${signedType}` }, body };
}

/** Answers a request to the introspection endpoint (RFC 7662). */
export async function answerIntrospection(issuing: Issuing, request: AsRequest): Promise<SentAnswer> {
  if (request.method !== "POST") return json({ error: "invalid_request" }, 405, { allow: "POST" });
  try {
    return await introspect(issuing, request);
  } catch (error) {
    if (error instanceof OAuthError || error instanceof BearerError) return error.toAnswer();
    throw error;
  }
}
