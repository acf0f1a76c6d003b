import { json, type SentAnswer } from "./answer.ts";
import type { AsRequest } from "./as-request.ts";
import { BearerError, readBearer } from "./bearer.ts";
import type { Issuing } from "./issuing.ts";

async function tell(issuing: Issuing, request: AsRequest): Promise<SentAnswer> {
  const { issuer, keys, tokens, signsUserInfo } = issuing;
  const { sub: subject = "", client_id: aud } = await readBearer(request, tokens);
  const sub = String(subject);
  const claims = { sub, ...tokens.userInfo(sub) };
  if (!signsUserInfo) return json(claims);
  const body = await keys.sign({ iss: issuer, aud, ...claims }, { typ: "JWT" });
  return { kind: "send", status: 200, headers: { "content-type": "application/jwt" }, body };
}

/** Answers a request to the userinfo endpoint (OpenID Connect Core section 5.3). */
export async function answerUserInfo(issuing: Issuing, request: AsRequest): Promise<SentAnswer> {
  if (!["GET", "POST"].includes(request.method)) return json({}, 405, { allow: "GET, POST" });
  try {
    return await tell(issuing, request);
  } catch (error) {
    if (error instanceof BearerError) return error.toAnswer();
    throw error;
  }
}
