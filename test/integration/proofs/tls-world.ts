import { decodeJwt } from "jose";
import {
  type CertificateAuthority,
  createCertificateAuthority,
  createSelfSigned,
  type KeyPair,
} from "../../support/certificates.ts";
import { answer, type Backend, type BackendHandler, type BackendRequest } from "../../support/scripted-backend.ts";
import { startOneBackend } from "../../support/start-servers.ts";

/** The certificates of a test: a private authority, and clients with certificates. */
export interface Certificates {
  readonly authority: CertificateAuthority;
  readonly server: KeyPair;
  readonly orders: KeyPair;
  readonly billing: KeyPair;
  readonly selfSigned: KeyPair;
}

/** Makes real certificates. */
export async function makeCertificates(): Promise<Certificates> {
  const authority = await createCertificateAuthority();
  const [server, orders, billing, selfSigned] = await Promise.all([
    authority.issueServer(),
    authority.issueClient("orders"),
    authority.issueClient("billing"),
    createSelfSigned("self-signed"),
  ]);
  return { authority, server, orders, billing, selfSigned };
}

/** The certificate that the token of a request is bound to (RFC 8705 section 3.1). */
export function readBoundCertificate({ token }: BackendRequest): unknown {
  const { cnf } = token === undefined ? {} : decodeJwt(token);
  return typeof cnf === "object" && cnf !== null ? Reflect.get(cnf, "x5t#S256") : undefined;
}

/** Lets requests through that show the certificate which their token is bound to. */
export const answerBound: BackendHandler = (request, response) => {
  const bound = readBoundCertificate(request);
  const isShown = bound !== undefined && bound === request.certificate?.thumbprint;
  const answering = isShown ? answer.echo() : answer.unauthorized('Bearer error="invalid_token"');
  return answering(request, response);
};

/** Starts a backend that speaks TLS and asks every client for its certificate. */
export function startTlsBackend(
  { authority, server }: Certificates,
  handler: BackendHandler = answerBound,
): Promise<Backend> {
  return startOneBackend({ handler, tls: { ...server, clientCa: authority.certificate } });
}

/** The certificate as an option. */
export const toClientCertificate = ({ certificate, privateKey }: KeyPair) => ({ certificate, privateKey });
