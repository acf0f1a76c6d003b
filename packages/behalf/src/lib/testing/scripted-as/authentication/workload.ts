import type { JWTPayload } from "jose";
import { invalidClient } from "../answer.ts";
import type { ScriptedClient, WorkloadIdentity } from "../clients.ts";
import { type PresentedJwt, spiffeAssertionType } from "../presented.ts";
import { asymmetricAlgorithms, findKeys, verifySigned } from "../verify-signed.ts";
import type { Attempt } from "./attempt.ts";
import type { Authenticated } from "./secret.ts";

interface Candidate {
  readonly client: ScriptedClient;
  readonly workload: WorkloadIdentity;
}

function findCandidate({ payload }: PresentedJwt, { clients, request }: Attempt): Candidate {
  const clientId = request.form.get("client_id");
  const method = request.form.get("client_assertion_type") === spiffeAssertionType ? "spiffe_jwt" : "workload_identity";
  const candidates = clients
    .list()
    .filter((client) => clientId === null || client.clientId === clientId)
    .flatMap((client) => (client.workloads ?? []).map((workload) => ({ client, workload })))
    .filter(({ workload }) => (workload.method ?? "workload_identity") === method)
    .filter(({ workload }) => workload.subject === payload.sub)
    .filter(({ workload }) => workload.issuer === undefined || workload.issuer === payload.iss);
  const [candidate] = candidates;
  if (!candidate) throw invalidClient("No client is registered for this issuer and subject");
  if (candidates.length > 1) throw invalidClient('Several clients share the workload: "client_id" is required');
  return candidate;
}

function checkAudience({ aud }: JWTPayload, { client, workload }: Candidate, attempt: Attempt): void {
  const own = (client.assertionAudiences ?? attempt.assertionAudiences).map((name) => attempt[name]);
  const accepted = workload.audience === undefined ? own : [workload.audience];
  if (![aud ?? []].flat().some((value) => accepted.includes(value))) {
    throw invalidClient(`The audience of the assertion must be ${accepted.join(" or ")}`);
  }
}

/**
 * The token of a workload, signed by a foreign issuer. Such tokens are renewed by the platform, not by the client: they
 * may live long and come more than once.
 */
export async function authenticateWorkload(assertion: PresentedJwt, attempt: Attempt): Promise<Authenticated> {
  const candidate = findCandidate(assertion, attempt);
  const { client, workload } = candidate;
  const options = {
    currentDate: new Date(attempt.now()),
    algorithms: [...asymmetricAlgorithms],
    requiredClaims: ["exp"],
    ...(workload.issuer === undefined ? {} : { issuer: workload.issuer }),
  };
  try {
    const payload = await verifySigned(assertion.jwt, findKeys(workload.keys, assertion.header), options);
    checkAudience(payload, candidate, attempt);
  } catch (error) {
    throw invalidClient(`The assertion is not valid: ${error instanceof Error ? error.message : "unknown"}`);
  }
  return { client, method: workload.method ?? "workload_identity" };
}
