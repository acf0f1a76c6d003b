import { defaultAuthSettings } from "../config/default-auth-settings.ts";
import type { AuthContext } from "../config/service-auth-config.ts";
import { ConfigurationError } from "../errors/configuration-error.ts";
import type { AuthAnswers } from "./read-auth-answers.ts";
import type { Credentials } from "./token-services.ts";

/** What one way of authentication takes. */
type Material = Pick<Credentials, "clientSecret" | "signingKey" | "clientAssertion" | "clientAssertionType">;

/** For what credentials are read. */
export interface CredentialQuestion {
  readonly authContext: AuthContext;
  readonly signal: AbortSignal | undefined;
  /** What the server refused: anything else is wanted. */
  readonly refused?: Material | undefined;
}

type ReadMaterial = (question: CredentialQuestion) => Promise<Material | undefined>;

const settingsOf = ({ authContext }: CredentialQuestion) => authContext.authConfig.settings ?? defaultAuthSettings;

async function readSecret({ authContext, signal, refused }: CredentialQuestion): Promise<Material | undefined> {
  const outcome = await authContext.authConfig.getClientSecret(authContext, { signal, refused: refused?.clientSecret });
  if (refused && !outcome.ok) return undefined;
  return { clientSecret: outcome.unwrap() };
}

async function readSigningKey(question: CredentialQuestion): Promise<Material | undefined> {
  const signingKey = settingsOf(question).privateKey?.read(question.refused?.signingKey);
  return signingKey && { signingKey };
}

async function readAssertion(question: CredentialQuestion): Promise<Material | undefined> {
  const { clientAssertion: source, clientAssertionType } = settingsOf(question);
  const { authContext, signal, refused } = question;
  const clientAssertion = await source?.read(authContext, { signal, refused: refused?.clientAssertion });
  return clientAssertion && { clientAssertion, clientAssertionType };
}

/** The certificate stands in the connection: after a refusal, whoever reads that anew finds whether there is another one. */
async function readCertificate(question: CredentialQuestion): Promise<Material | undefined> {
  const { clientCertificate } = settingsOf(question);
  if (question.refused) {
    clientCertificate?.certificate.recheck?.();
    clientCertificate?.privateKey.recheck?.();
  }
  return clientCertificate && {};
}

const readers: Readonly<Record<AuthAnswers["credentials"]["authentication"], ReadMaterial>> = {
  client_secret_basic: readSecret,
  client_secret_post: readSecret,
  client_secret_jwt: readSecret,
  private_key_jwt: readSigningKey,
  workload_identity: readAssertion,
  tls_client_auth: readCertificate,
  self_signed_tls_client_auth: readCertificate,
  none: async ({ refused }) => (refused ? undefined : {}),
};

const missing = (path: string, authentication: string): ConfigurationError =>
  new ConfigurationError([
    {
      path,
      given: "nothing to authenticate with",
      fix: `Give what "${authentication}" needs: a secret, a private key, a certificate or an assertion.`,
    },
  ]);

/**
 * Reads what this API proves itself with, in the way that is configured.
 *
 * @throws {ConfigurationError} when there is nothing to prove it with
 */
export async function readCredentials(
  { clientId, authentication }: AuthAnswers["credentials"],
  question: CredentialQuestion,
): Promise<Credentials> {
  const material = await readers[authentication](question);
  if (!material) throw missing(question.authContext.authConfig.configPath, authentication);
  const renew = async (signal: AbortSignal): Promise<Credentials | undefined> => {
    const other = await readers[authentication]({ ...question, signal, refused: material });
    return other && { clientId, authentication, ...other };
  };
  const { authContext } = question;
  const reread = (signal: AbortSignal): Promise<Credentials> =>
    readCredentials({ clientId, authentication }, { authContext, signal });
  return { clientId, authentication, ...material, renew, reread };
}
