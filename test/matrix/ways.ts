import type { AuthOptions } from "behalf";
import { expect } from "vitest";
import { mark } from "../support/marks.ts";
import type { AsRequest, ScriptedClient } from "../support/scripted-as.ts";
import type { WayName } from "./cell.ts";
import type { Keys } from "./keys.ts";

/** Comes through basic authentication only if both sides encode it, or neither does; every method has it as its secret. */
export const clientSecret = `${mark("client-secret")} s%3Acret:+ &=/~!*()`;

/** How a client authenticates: what is configured, what the server knows of it, and what it must see. */
export interface Way {
  readonly settings: AuthOptions;
  readonly registration: Partial<ScriptedClient>;
  /** What the configuration holds and nobody may print. */
  readonly secrets: readonly string[];
  /** Looks at a token request: nothing but this may prove the client. */
  check(request: AsRequest, server: { readonly issuer: string }): void;
}

type Presentation = Pick<AsRequest["presented"], "authentication" | "clientId">;

const platformIssuer = "https://platform.example.com";
const workloadAudience = "api://token";
const spiffeId = (clientId: string): string => `spiffe://example.com/${clientId}`;

/** Everything that can prove a client, as it came. */
function readProofs({ form, headers, presented }: AsRequest) {
  return {
    authentication: presented.authentication,
    clientId: presented.clientId,
    authorization: headers.authorization,
    idInForm: form.get("client_id"),
    secret: form.get("client_secret"),
    assertionType: form.get("client_assertion_type")?.split(":").at(-1),
  };
}

const nothingElse = { authorization: undefined, idInForm: null, secret: null, assertionType: undefined };

const expectProofs = (request: AsRequest, presented: Presentation, more: object = {}): void => {
  expect(readProofs(request)).toEqual({ ...nothingElse, ...presented, ...more });
};

const encodeForm = (text: string): string => new URLSearchParams([["", text]]).toString().slice(1);

/** A server that reads the pair as it stands, or decodes it first (RFC 6749 section 2.3.1). */
function readPair(authorization: string | undefined, basicEncoding: "form" | "raw"): readonly string[] {
  const [scheme, encoded = ""] = (authorization ?? "").split(" ");
  const [id = "", ...rest] = Buffer.from(encoded, "base64").toString("utf8").split(":");
  const decode = (text: string): string => decodeURIComponent(text.replaceAll("+", " "));
  const pair = [id, rest.join(":")];
  return [String(scheme), ...(basicEncoding === "form" ? pair.map(decode) : pair)];
}

function basicWay(clientId: string, basicEncoding: "form" | "raw"): Way {
  const authentication = "client_secret_basic";
  return {
    settings: { clientAuthentication: authentication, basicEncoding, clientSecret },
    registration: { clientSecret, basicEncoding, authenticationMethod: authentication },
    secrets: [clientSecret, encodeForm(clientSecret)],
    check(request) {
      expectProofs(request, { authentication, clientId }, { authorization: expect.any(String) });
      expect(readPair(request.headers.authorization, basicEncoding)).toEqual(["Basic", clientId, clientSecret]);
    },
  };
}

function postWay(clientId: string): Way {
  const authentication = "client_secret_post";
  return {
    settings: { clientAuthentication: authentication, clientSecret },
    registration: { clientSecret, authenticationMethod: authentication },
    secrets: [clientSecret, encodeForm(clientSecret)],
    check: (request) =>
      expectProofs(request, { authentication, clientId }, { idInForm: clientId, secret: clientSecret }),
  };
}

function expectAssertion(request: AsRequest, issuer: string, expected: { clientId: string; algorithm: string }): void {
  const { header, payload } = request.presented.assertion ?? {};
  const { clientId, algorithm } = expected;
  expect(header?.alg).toBe(algorithm);
  expect(payload).toMatchObject({ iss: clientId, sub: clientId, aud: issuer, jti: expect.any(String) });
  expect(Number(payload?.exp) - Number(payload?.iat)).toBe(60);
}

function secretJwtWay(clientId: string): Way {
  const authentication = "client_secret_jwt";
  return {
    settings: { clientAuthentication: authentication, clientSecret },
    registration: { clientSecret, authenticationMethod: authentication },
    secrets: [clientSecret],
    check(request, { issuer }) {
      expectProofs(request, { authentication, clientId }, { idInForm: clientId, assertionType: "jwt-bearer" });
      expectAssertion(request, issuer, { clientId, algorithm: "HS256" });
    },
  };
}

function keyWay(clientId: string, { algorithm, privateKey, publicJwk }: Keys["dpop"]): Way {
  const authentication = "private_key_jwt";
  return {
    settings: {
      clientAuthentication: authentication,
      privateKey,
      signingAlgorithm: algorithm,
      keyId: String(publicJwk.kid),
    },
    registration: { clientSecret: undefined, keys: [publicJwk], authenticationMethod: authentication },
    secrets: privateKey.split("\n").slice(1, -1),
    check(request, { issuer }) {
      expectProofs(request, { authentication, clientId }, { idInForm: clientId, assertionType: "jwt-bearer" });
      expectAssertion(request, issuer, { clientId, algorithm });
      expect(request.presented.assertion?.header.kid).toBe(publicJwk.kid);
    },
  };
}

function certificateWay(
  clientId: string,
  authentication: "tls_client_auth" | "self_signed_tls_client_auth",
  keys: Keys,
): Way {
  const pair = authentication === "tls_client_auth" ? keys.vouchedFor : keys.selfSigned;
  const { certificate, privateKey, thumbprint, subject } = pair;
  const known =
    authentication === "tls_client_auth" ? { tlsSubject: subject } : { certificateThumbprints: [thumbprint] };
  return {
    settings: { clientAuthentication: authentication, clientCertificate: { certificate, privateKey } },
    registration: { clientSecret: undefined, ...known, authenticationMethod: authentication },
    secrets: privateKey.split("\n").slice(1, -1),
    check(request) {
      expectProofs(request, { authentication, clientId }, { idInForm: clientId });
      expect(request.presented.certificateThumbprint).toBe(thumbprint);
    },
  };
}

async function workloadWay(clientId: string, keys: Keys): Promise<Way> {
  const aud = workloadAudience;
  const sub = `system:serviceaccount:orders:${clientId}`;
  const token = await keys.issueWorkloadToken({ iss: platformIssuer, sub, aud });
  const workload = { issuer: platformIssuer, subject: sub, audience: aud, keys: [keys.platform.publicJwk] };
  return {
    settings: { clientAuthentication: "workload_identity", clientAssertion: token },
    registration: { clientSecret: undefined, workloads: [workload] },
    secrets: [token],
    check(request) {
      const presented = { authentication: "workload_identity", clientId } as const;
      expectProofs(request, presented, { idInForm: clientId, assertionType: "jwt-bearer" });
      expect(request.presented.assertion?.jwt).toBe(token);
    },
  };
}

async function spiffeWay(clientId: string, keys: Keys): Promise<Way> {
  const aud = workloadAudience;
  const sub = spiffeId(clientId);
  const token = await keys.issueWorkloadToken({ sub, aud });
  const workload = { method: "spiffe_jwt", subject: sub, audience: aud, keys: [keys.platform.publicJwk] } as const;
  return {
    settings: {
      clientAuthentication: "workload_identity",
      clientAssertion: token,
      clientAssertionType: "jwt-spiffe",
    },
    registration: { clientSecret: undefined, workloads: [workload] },
    secrets: [token],
    check(request) {
      expectProofs(request, { authentication: "spiffe_jwt", clientId: sub }, { assertionType: "jwt-spiffe" });
      expect(request.presented.assertion?.jwt).toBe(token);
    },
  };
}

function noWay(clientId: string): Way {
  return {
    settings: { clientAuthentication: "none" },
    registration: { clientSecret: undefined, authenticationMethod: "none" },
    secrets: [],
    check: (request) => expectProofs(request, { authentication: "none", clientId }, { idInForm: clientId }),
  };
}

const makers: Readonly<Record<WayName, (clientId: string, keys: Keys) => Way | Promise<Way>>> = {
  client_secret_basic: (id) => basicWay(id, "form"),
  "client_secret_basic, raw": (id) => basicWay(id, "raw"),
  client_secret_post: postWay,
  client_secret_jwt: secretJwtWay,
  "private_key_jwt, ES256": (id, { assertion }) => keyWay(id, assertion.ES256),
  "private_key_jwt, RS256": (id, { assertion }) => keyWay(id, assertion.RS256),
  "private_key_jwt, PS256": (id, { assertion }) => keyWay(id, assertion.PS256),
  "private_key_jwt, EdDSA": (id, { assertion }) => keyWay(id, assertion.EdDSA),
  tls_client_auth: (id, keys) => certificateWay(id, "tls_client_auth", keys),
  self_signed_tls_client_auth: (id, keys) => certificateWay(id, "self_signed_tls_client_auth", keys),
  "workload_identity, jwt-bearer": workloadWay,
  "workload_identity, jwt-spiffe": spiffeWay,
  none: noWay,
};

/** Makes the way of a client. */
export async function createWay(name: WayName, clientId: string, keys: Keys): Promise<Way> {
  return makers[name](clientId, keys);
}

/** Finds the way of a client. */
export function findWay(ways: ReadonlyMap<string, Way>, clientId: string): Way {
  const way = ways.get(clientId);
  if (!way) throw new Error(`There is no way for ${clientId}`);
  return way;
}
