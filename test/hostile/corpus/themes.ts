import type { Theme } from "../vocabulary.ts";
import { algorithms } from "./algorithms.ts";
import { audienceIssuer } from "./audience-issuer.ts";
import { certificates, forwardedCertificates } from "./certificates.ts";
import { claims, profiled } from "./claims.ts";
import { dpop, dpopNonce, dpopRequired } from "./dpop.ts";
import { headerParameters } from "./header-parameters.ts";
import { introspection } from "./introspection.ts";
import { json } from "./json.ts";
import { keys } from "./keys.ts";
import { lifetime } from "./lifetime.ts";
import { limits, requests, twoHeaders } from "./requests.ts";
import { audiences, routes } from "./routes.ts";
import { sidecar } from "./sidecar.ts";
import { signatures } from "./signatures.ts";
import { structure } from "./structure.ts";
import { configuredTenants, issuers, tenants } from "./tenants.ts";

/**
 * The corpus: requests that are refused, each made from one that is accepted, and some that only look hostile. A case says how
 * it differs from its good twin, and what its sender and the log are told. Each goes to every framework.
 */
export const themes: readonly Theme[] = [
  algorithms,
  headerParameters,
  keys,
  signatures,
  json,
  lifetime,
  audienceIssuer,
  claims,
  profiled,
  structure,
  requests,
  limits,
  twoHeaders,
  dpop,
  dpopNonce,
  dpopRequired,
  certificates,
  forwardedCertificates,
  introspection,
  sidecar,
  routes,
  audiences,
  tenants,
  issuers,
  configuredTenants,
];
