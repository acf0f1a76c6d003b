import type { SigningKey } from "../../values/signing-key.ts";
import { signJwt } from "../sign-jwt.ts";
import { type AuthenticatingClient, type ClientAuthenticator, requirePart } from "./client-authenticator.ts";

const livesSeconds = 60;
const assertionType = (name: string): string => `urn:ietf:params:oauth:client-assertion-type:${name}`;

function toAudience({ dialect, issuer, tokenEndpoint }: AuthenticatingClient): string {
  if (dialect.assertionAudience === "issuer") return issuer;
  return dialect.assertionAudience === "tokenEndpoint" ? tokenEndpoint : dialect.assertionAudience;
}

async function writeAssertion(key: SigningKey, client: AuthenticatingClient): Promise<string> {
  const { clientId } = client.credentials;
  const issuedAt = Math.floor(client.now() / 1000);
  return signJwt(key, {
    header: { typ: "JWT", kid: key.keyId, "x5t#S256": key.certificateThumbprint },
    claims: {
      iss: clientId,
      sub: clientId,
      aud: toAudience(client),
      jti: crypto.randomUUID(),
      iat: issuedAt,
      nbf: issuedAt,
      exp: issuedAt + livesSeconds,
    },
  });
}

function toHmacKey(secret: string): SigningKey {
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  return {
    algorithm: "HS256",
    async sign(input) {
      const { subtle } = crypto;
      const key = await subtle.importKey("raw", new TextEncoder().encode(secret), algorithm, false, ["sign"]);
      return new Uint8Array(await subtle.sign("HMAC", key, new Uint8Array(input)));
    },
  };
}

/** The client id goes beside the assertion: the protocol leaves it out or in, and some servers look for it. */
function authenticateBy(readKey: (client: AuthenticatingClient) => SigningKey): ClientAuthenticator {
  return async ({ form }, client) => {
    form.set("client_id", client.credentials.clientId);
    form.set("client_assertion_type", assertionType("jwt-bearer"));
    form.set("client_assertion", await writeAssertion(readKey(client), client));
  };
}

/**
 * Proves the client by a JWT that its private key signs, a new one for every request.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc7523.html#section-2.2}
 */
export const authenticateByPrivateKey: ClientAuthenticator = authenticateBy(({ credentials }) =>
  requirePart(credentials.signingKey, "a private key", credentials),
);

/** Proves the client by a JWT that its secret signs, a new one for every request. */
export const authenticateBySecretJwt: ClientAuthenticator = authenticateBy(({ credentials }) =>
  toHmacKey(requirePart(credentials.clientSecret, "a client secret", credentials).value()),
);

/** Proves the client by a JWT that its platform issued. A SPIFFE one names the client itself, so the id is left out. */
export const authenticateByWorkload: ClientAuthenticator = ({ form }, { credentials }) => {
  const { clientId, clientAssertionType = "jwt-bearer" } = credentials;
  if (clientAssertionType === "jwt-bearer" && clientId !== "") form.set("client_id", clientId);
  form.set("client_assertion_type", assertionType(clientAssertionType));
  form.set("client_assertion", requirePart(credentials.clientAssertion, "a client assertion", credentials).value());
};
