import { invalidClient } from "../answer.ts";
import { hasSubject, isIssuedBy, isSelfSigned, type PresentedCertificate } from "../certificate.ts";
import { mayUse, type ScriptedClient } from "../clients.ts";
import type { Attempt } from "./attempt.ts";
import type { Authenticated } from "./secret.ts";

/** RFC 8705 section 2.1: an authority vouches for the certificate, and the subject is the registered one. */
function isVouchedFor(presented: PresentedCertificate, client: ScriptedClient, attempt: Attempt): boolean {
  const { clientCa, now } = attempt;
  if (client.tlsSubject === undefined || clientCa === undefined) return false;
  return isIssuedBy(presented, clientCa, now()) && hasSubject(presented, client.tlsSubject);
}

/** RFC 8705 section 2.2: the certificate itself is registered. */
function isRegistered(presented: PresentedCertificate, { certificateThumbprints = [] }: ScriptedClient): boolean {
  return isSelfSigned(presented) && certificateThumbprints.includes(presented.thumbprint);
}

/** A client that sends no more than its id: its certificate speaks for it, or it is a public one. */
export function authenticateById(attempt: Attempt): Authenticated {
  const { certificate, form } = attempt.request;
  const clientId = form.get("client_id");
  if (clientId === null) throw invalidClient("No client authentication");
  const client = attempt.clients.find(clientId);
  if (!client) throw invalidClient("Unknown client");
  if (certificate && isVouchedFor(certificate, client, attempt)) return { client, method: "tls_client_auth" };
  if (certificate && isRegistered(certificate, client)) return { client, method: "self_signed_tls_client_auth" };
  if (mayUse(client, "none")) return { client, method: "none" };
  throw invalidClient(certificate ? "The certificate is not that of the client" : "No client authentication");
}
