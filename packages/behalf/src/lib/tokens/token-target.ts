import type { TokenRequest } from "../oauth/token-request.ts";
import { type TargetFields, toTargetKey } from "./token-key.ts";

/** All of a token request but the parties. */
export type FixedRequest = Omit<TokenRequest, "subject" | "actor">;

/** What an endpoint's tokens have in common: asked for in the same way, whoever the caller is. */
export interface TokenTarget {
  readonly request: FixedRequest;
  readonly fields: TargetFields;
  readonly key: string;
  /** The type that was set for the subject token; `undefined` when it follows from the token. */
  readonly subjectTokenType: string | undefined;
}

/** Creates the target of a request to the authorization server with this issuer. */
export function createTokenTarget(request: FixedRequest, issuer: string, subjectTokenType?: string): TokenTarget {
  const fields: TargetFields = {
    issuer,
    tokenEndpoint: "",
    clientId: request.credentials.clientId,
    clientAuthentication: request.credentials.authentication,
    grantType: request.grantType,
    audiences: [...request.audience],
    resources: [...request.resource],
    scopes: [...request.scope],
    requestedTokenType: request.requestedTokenType ?? "",
    givenSubjectTokenType: subjectTokenType ?? "",
    extraParameters: [],
    proofThumbprint: "",
    tenant: "",
  };
  return Object.freeze({ request, fields, key: toTargetKey(fields), subjectTokenType });
}
