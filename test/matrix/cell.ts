/** The grants of the matrix. `automatic` is there twice, for it comes to one of two. */
export const grantNames = [
  "clientCredentials",
  "tokenExchange",
  "onBehalfOf",
  "jwtBearer",
  "identityAssertion",
  "refreshToken",
  "automatic (person)",
  "automatic (system)",
] as const;

/** The ways of client authentication, each with its variants. */
export const wayNames = [
  "client_secret_basic",
  "client_secret_basic, raw",
  "client_secret_post",
  "client_secret_jwt",
  "private_key_jwt, ES256",
  "private_key_jwt, RS256",
  "private_key_jwt, PS256",
  "private_key_jwt, EdDSA",
  "tls_client_auth",
  "self_signed_tls_client_auth",
  "workload_identity, jwt-bearer",
  "workload_identity, jwt-spiffe",
  "none",
] as const;

/** What tokens are bound to: nothing, a DPoP key (RFC 9449), or a client certificate (RFC 8705). */
export const bindingNames = ["bearer", "dpop", "certificate"] as const;

export type GrantName = (typeof grantNames)[number];
export type WayName = (typeof wayNames)[number];
export type BindingName = (typeof bindingNames)[number];

/** One combination of the matrix. */
export interface Cell {
  readonly grant: GrantName;
  readonly way: WayName;
  readonly binding: BindingName;
}

/** Cells that cannot be, and why. */
export interface EmptyCells {
  readonly grants: readonly GrantName[];
  readonly ways: readonly WayName[];
  readonly reason: string;
}

const otherAlgorithms: readonly WayName[] = [
  "private_key_jwt, RS256",
  "private_key_jwt, PS256",
  "private_key_jwt, EdDSA",
];

/** Whether a cell is the same as that of ES256: algorithms are tried with one grant, for a grant does not see them. */
export function isAsES256({ grant, way }: Pick<Cell, "grant" | "way">): boolean {
  return grant !== "tokenExchange" && otherAlgorithms.includes(way);
}

/** Every cell there is. */
export const everyCell: readonly Cell[] = grantNames.flatMap((grant) =>
  wayNames
    .filter((way) => !isAsES256({ grant, way }))
    .flatMap((way) => bindingNames.map((binding) => ({ grant, way, binding }))),
);

/** The name of a cell, for people. */
export const nameCell = ({ grant, way, binding }: Cell): string => `${grant} × ${way} × ${binding}`;

/** Finds why a cell is empty, if it is. */
export function findReason(empty: readonly EmptyCells[], { grant, way }: Cell): EmptyCells | undefined {
  return empty.find(({ grants, ways }) => grants.includes(grant) && ways.includes(way));
}

/** The id of the client that authenticates this way and whose tokens are so bound. */
export function toClientId({ way, binding }: Pick<Cell, "way" | "binding">): string {
  return `${way.replaceAll(/[^a-zA-Z0-9]+/g, "-")}-${binding}`;
}

/** Whether a cell is about this API itself, and so the same for every caller. */
export function isOwn({ grant }: Pick<Cell, "grant">): boolean {
  return ["clientCredentials", "refreshToken", "automatic (system)"].includes(grant);
}

/** Whether a cell shows a certificate to the authorization server. */
export function showsCertificate({ way, binding }: Pick<Cell, "way" | "binding">): boolean {
  return binding === "certificate" || way === "tls_client_auth" || way === "self_signed_tls_client_auth";
}
