import type { JWTPayload } from "jose";
import { invalidClient, OAuthError } from "../answer.ts";
import { listSecrets, type ScriptedClient } from "../clients.ts";
import { type PresentedJwt, spiffeAssertionType } from "../presented.ts";
import { asymmetricAlgorithms, findKeys, verifySigned } from "../verify-signed.ts";
import type { Attempt } from "./attempt.ts";
import type { Authenticated } from "./secret.ts";
import { authenticateWorkload } from "./workload.ts";

const jwtBearerType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
const types: readonly (string | undefined)[] = [undefined, "JWT", "client-authentication+jwt"];
const longestLifeSeconds = 300;
const skewSeconds = 5;

function checkAudience({ aud }: JWTPayload, client: ScriptedClient, attempt: Attempt): void {
  const accepted = (client.assertionAudiences ?? attempt.assertionAudiences).map((name) => attempt[name]);
  const named = [aud ?? []].flat();
  if (named.length === 0 || named.some((value) => !accepted.includes(value))) {
    throw invalidClient(`The audience of the assertion must be ${accepted.join(" or ")}`);
  }
}

function checkLife({ exp, iat }: JWTPayload, now: number): void {
  const seconds = now / 1000;
  if (exp === undefined) throw invalidClient("The assertion has no exp");
  if (exp > seconds + longestLifeSeconds) throw invalidClient("The assertion lives too long");
  if (iat !== undefined && iat > seconds + skewSeconds) throw invalidClient("The assertion is from the future");
}

function checkOnce({ jti }: JWTPayload, client: ScriptedClient, { assertions }: Attempt): void {
  if (typeof jti !== "string" || jti === "") throw invalidClient("The assertion has no jti");
  if (!assertions.isFirst(client.clientId, jti)) throw invalidClient("The assertion was used before");
}

async function checkSignature({ jwt, header }: PresentedJwt, client: ScriptedClient, now: number): Promise<JWTPayload> {
  const shared = header.alg?.startsWith("HS") ?? false;
  const keys = shared
    ? listSecrets(client).map((secret) => new TextEncoder().encode(secret))
    : findKeys(client.keys ?? [], header);
  const algorithms = shared ? ["HS256"] : [...asymmetricAlgorithms];
  try {
    return await verifySigned(jwt, keys, { currentDate: new Date(now), algorithms });
  } catch (error) {
    throw invalidClient(`The assertion is not valid: ${error instanceof Error ? error.message : "unknown"}`);
  }
}

function findOwnClient(assertion: PresentedJwt, attempt: Attempt): ScriptedClient | undefined {
  const { iss, sub } = assertion.payload;
  return iss === undefined || iss !== sub ? undefined : attempt.clients.find(iss);
}

async function authenticateOwn(assertion: PresentedJwt, client: ScriptedClient, attempt: Attempt) {
  if (!types.includes(assertion.header.typ)) throw invalidClient(`Unknown typ: ${assertion.header.typ}`);
  const now = attempt.now();
  const payload = await checkSignature(assertion, client, now);
  checkAudience(payload, client, attempt);
  checkLife(payload, now);
  checkOnce(payload, client, attempt);
  return { client, method: attempt.request.presented.authentication };
}

/** `client_secret_jwt` and `private_key_jwt` (RFC 7523 section 3), and the tokens of workloads. */
export async function authenticateAssertion(attempt: Attempt): Promise<Authenticated> {
  const { form, presented } = attempt.request;
  const type = form.get("client_assertion_type");
  const assertion = presented.assertion;
  if (!assertion || type === null) {
    throw new OAuthError("invalid_request", '"client_assertion" and "client_assertion_type" are required');
  }
  if (type === spiffeAssertionType) return authenticateWorkload(assertion, attempt);
  if (type !== jwtBearerType) throw invalidClient(`Unknown type of assertion: ${type}`);
  const client = findOwnClient(assertion, attempt);
  return client ? authenticateOwn(assertion, client, attempt) : authenticateWorkload(assertion, attempt);
}
