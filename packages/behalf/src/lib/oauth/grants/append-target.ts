import type { MultiStringValue } from "../../values/multi-string-value.ts";
import type { TokenRequest } from "../token-request.ts";

/** Adds what says whom a token is for and what it allows; nothing is sent for what is not configured. */
export function appendTarget(form: URLSearchParams, request: TokenRequest): URLSearchParams {
  const appendEach = (name: string, values: MultiStringValue): void => {
    for (const value of values) form.append(name, value);
  };
  appendEach("audience", request.audience);
  appendEach("resource", request.resource);
  return appendScope(form, request);
}

/** Adds what a token is to allow, if that is configured. */
export function appendScope(form: URLSearchParams, { scope }: TokenRequest): URLSearchParams {
  if (scope.size > 0) form.set("scope", scope.toString());
  return form;
}
