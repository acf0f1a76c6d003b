import * as openid from "openid-client";
import { type Browser, createBrowser } from "./browser.ts";

/** The facts of a sign-in. */
export interface SignInOptions {
  readonly issuer: string;
  readonly hint?: string;
  readonly scope?: string;
  /** The resource to name; an empty string names none. */
  readonly resource?: string;
  /** What to ask the person again, such as `consent`. */
  readonly prompt?: string;
  readonly browser?: Browser;
}

export const callback = "http://127.0.0.1:49999/callback";

/** Discovers the server as the public client `orders-app`. */
export function discoverApp(issuer: string): Promise<openid.Configuration> {
  return discoverAs(issuer, "orders-app", openid.None());
}

/** Discovers the server as any client. */
export function discoverAs(
  issuer: string,
  clientId: string,
  authentication: openid.ClientAuth,
): Promise<openid.Configuration> {
  const execute = [openid.allowInsecureRequests];
  return openid.discovery(new URL(issuer), clientId, undefined, authentication, { execute });
}

/** Begins a sign-in by code flow and PKCE. */
export async function beginSignIn(options: SignInOptions) {
  const configuration = await discoverApp(options.issuer);
  const verifier = openid.randomPKCECodeVerifier();
  const url = openid.buildAuthorizationUrl(configuration, {
    redirect_uri: callback,
    scope: options.scope ?? "openid profile orders:read",
    code_challenge: await openid.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
    ...(options.hint === undefined ? {} : { login_hint: options.hint }),
    ...(options.prompt === undefined ? {} : { prompt: options.prompt }),
    ...(options.resource === "" ? {} : { resource: options.resource ?? "urn:behalf:orders-api" }),
  });
  const finish = (location: string) =>
    openid.authorizationCodeGrant(configuration, new URL(location), { pkceCodeVerifier: verifier });
  return { url: url.href, finish };
}

/** Signs a person in and gives the tokens. */
export async function signIn(options: SignInOptions) {
  const { url, finish } = await beginSignIn(options);
  const { location, body } = await (options.browser ?? createBrowser()).open(url);
  if (location === undefined) throw new Error(`The sign-in ended on a page: ${body}`);
  return finish(location);
}
