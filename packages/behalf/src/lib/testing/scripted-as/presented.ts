import { decodeJwt, decodeProtectedHeader, type JWTPayload, type ProtectedHeaderParameters } from "jose";
import { isSelfSigned, type PresentedCertificate } from "./certificate.ts";
import type { ClientAuthenticationMethod, ClientRegistry } from "./clients.ts";

/** A JWT as it was sent, read without any check. */
export interface PresentedJwt {
  readonly jwt: string;
  readonly header: ProtectedHeaderParameters;
  readonly payload: JWTPayload;
}

/** The credentials that came with a request, read without any check: what the client tried, not what was accepted. */
export interface Presented {
  readonly clientId?: string;
  readonly authentication: ClientAuthenticationMethod;
  /** The client assertion. */
  readonly assertion?: PresentedJwt;
  /** The DPoP proof. */
  readonly proof?: PresentedJwt;
  /** SHA-256 (base64url) of the certificate of the TLS connection. */
  readonly certificateThumbprint?: string;
}

/** What the credentials are read from. */
export interface PresentedSource {
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly form: URLSearchParams;
  readonly certificate?: PresentedCertificate;
}

export const spiffeAssertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-spiffe";

function readJwt(jwt: unknown): PresentedJwt | undefined {
  if (typeof jwt !== "string") return undefined;
  try {
    return { jwt, header: decodeProtectedHeader(jwt), payload: decodeJwt(jwt) };
  } catch {
    return { jwt, header: {}, payload: {} };
  }
}

function readBasicId(authorization: unknown): string | undefined {
  const encoded = String(authorization).split(" ")[1] ?? "";
  const [id = ""] = Buffer.from(encoded, "base64").toString("utf8").split(":");
  try {
    return decodeURIComponent(id.replaceAll("+", " "));
  } catch {
    return id;
  }
}

function nameAssertion(assertion: PresentedJwt, form: URLSearchParams): ClientAuthenticationMethod {
  if (form.get("client_assertion_type") === spiffeAssertionType) return "spiffe_jwt";
  if (assertion.header.alg?.startsWith("HS")) return "client_secret_jwt";
  const { iss, sub } = assertion.payload;
  return iss === sub ? "private_key_jwt" : "workload_identity";
}

function nameCertificate(certificate: PresentedCertificate | undefined, registered: boolean) {
  if (!certificate || !registered) return "none";
  return isSelfSigned(certificate) ? "self_signed_tls_client_auth" : "tls_client_auth";
}

function nameMethod(source: PresentedSource, clients: ClientRegistry): ClientAuthenticationMethod {
  const { form, headers, certificate } = source;
  const assertion = readJwt(form.get("client_assertion"));
  if (headers.authorization !== undefined) return "client_secret_basic";
  if (form.has("client_secret")) return "client_secret_post";
  if (assertion) return nameAssertion(assertion, form);
  const client = clients.find(form.get("client_id") ?? "");
  const registered = client?.tlsSubject !== undefined || client?.certificateThumbprints !== undefined;
  return nameCertificate(certificate, registered);
}

function readClientId({ form, headers }: PresentedSource, assertion?: PresentedJwt): string | undefined {
  if (headers.authorization !== undefined) return readBasicId(headers.authorization);
  return form.get("client_id") ?? assertion?.payload.sub;
}

export function readPresented(source: PresentedSource, clients: ClientRegistry): Presented {
  const assertion = readJwt(source.form.get("client_assertion"));
  const proof = readJwt(source.headers.dpop);
  const clientId = readClientId(source, assertion);
  return {
    authentication: nameMethod(source, clients),
    ...(clientId === undefined ? {} : { clientId }),
    ...(assertion ? { assertion } : {}),
    ...(proof ? { proof } : {}),
    ...(source.certificate ? { certificateThumbprint: source.certificate.thumbprint } : {}),
  };
}
