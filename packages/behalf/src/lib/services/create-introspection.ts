import type { AuthNode } from "../config/auth-node.ts";
import type { AuthContext } from "../config/service-auth-config.ts";
import { TokenRefusedError } from "../errors/token-refused-error.ts";
import { type Introspected, type IntrospectionRequest, requestIntrospection } from "../oauth/request-introspection.ts";
import type { ActorToken } from "../values/actor-token.ts";
import { acquireAsItself } from "./acquire-as-itself.ts";
import { askInTime } from "./ask-in-time.ts";
import type { DefaultGrantsDependencies } from "./default-grants-dependencies.ts";
import { DerivedAuthConfig } from "./derived-auth-config.ts";
import { type OpenServerDependencies, openServer } from "./open-server.ts";
import { type AuthAnswers, readAuthAnswers } from "./read-auth-answers.ts";
import { toClientProofs } from "./to-client-proofs.ts";
import { toTokenRequest } from "./to-token-request.ts";

/** What introspection works with. */
export interface IntrospectionDependencies extends DefaultGrantsDependencies, OpenServerDependencies {}

/** How introspection is done. */
export interface IntrospectionOptions {
  /** By what this API proves who it is: its credentials, or an access token of its own. */
  readonly authorization: "client" | "bearer";
  /** Whether answers must be signed (RFC 9701). @default false */
  readonly signedAnswers?: boolean | undefined;
}

/** Asks a node's server about a token: its members, frozen, or `undefined` for a token that is not active. */
export type Introspect = (auth: AuthNode, credential: ActorToken, signal: AbortSignal) => Promise<Introspected>;

/** One introspection, until its deadline. */
interface Inquiry {
  readonly auth: AuthNode;
  readonly authContext: AuthContext;
  readonly answers: AuthAnswers;
  readonly signal: AbortSignal;
  ask(authorization: IntrospectionRequest["authorization"]): Promise<Introspected>;
}

/** Whether it is the one who asks that was refused: many a server says so without a word beside the status. */
const isAboutUs = (error: unknown): boolean =>
  error instanceof TokenRefusedError && (error.status === 401 || error.error === "invalid_client");

/** Asks as the client; once more where the credentials are refused, with those that the sources hold now. */
async function askAsClient(inquiry: Inquiry, dependencies: IntrospectionDependencies): Promise<Introspected> {
  const { answers, authContext, signal } = inquiry;
  const proofs = toClientProofs(await toTokenRequest(answers, authContext, signal), dependencies);
  try {
    return await inquiry.ask(proofs.credentials);
  } catch (error) {
    const others = isAboutUs(error) ? await proofs.renew?.(proofs, signal) : undefined;
    if (!others) throw error;
    return inquiry.ask(others.credentials);
  }
}

/** Asks by a token of this API; once more where it is refused, by one that no cache holds. */
async function askByToken(inquiry: Inquiry, dependencies: IntrospectionDependencies): Promise<Introspected> {
  const { auth, signal } = inquiry;
  try {
    return await inquiry.ask((await acquireAsItself(dependencies, auth, signal)).unwrap());
  } catch (error) {
    if (!isRefusedToken(error)) throw error;
    const another = new DerivedAuthConfig(auth, { forceAuthorization: true });
    return inquiry.ask((await acquireAsItself(dependencies, another, signal)).unwrap());
  }
}

/** Whether the endpoint refused the token; that the server gives none is another matter. */
const isRefusedToken = (error: unknown): boolean =>
  error instanceof TokenRefusedError && error.status === 401 && error.grant === "introspection";

/** Creates the way to ask servers about tokens. Nothing is kept. */
export function createIntrospection(
  dependencies: IntrospectionDependencies,
  { authorization, signedAnswers: signedAnswer = false }: IntrospectionOptions,
): Introspect {
  const introspect = async (auth: AuthNode, token: ActorToken, signal: AbortSignal): Promise<Introspected> => {
    const authContext: AuthContext = { grantType: "clientCredentials", authConfig: auth };
    const answers = await readAuthAnswers(authContext, signal);
    const { service = "-", credentials } = answers;
    const { clientId } = credentials;
    const { settings, clientAuthentication, configPath } = auth;

    const ask: Inquiry["ask"] = async (proof) => {
      const server = await openServer(auth, dependencies, { clientId, signal });
      const binding = dependencies.bindings.of(settings, clientAuthentication, configPath);
      const request: IntrospectionRequest = {
        token,
        clientId,
        authorization: proof,
        dialect: settings.dialect,
        signedAnswer,
        identity: binding.serverIdentity,
        certificateBound: binding.certificateThumbprint !== undefined,
        service,
      };
      return requestIntrospection(request, server);
    };

    const inquiry = { auth, authContext, answers, signal, ask };
    return authorization === "bearer" ? askByToken(inquiry, dependencies) : askAsClient(inquiry, dependencies);
  };

  const { authority } = dependencies;
  return (auth, credential, signal) =>
    askInTime({ auth, authority, grant: "introspection", signal }, (deadline) =>
      introspect(auth, credential, deadline),
    );
}
