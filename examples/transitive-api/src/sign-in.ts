import * as openid from "openid-client";
import { createCookieJar } from "./cookie-jar.ts";

const redirectUri = "http://127.0.0.1/callback";
const mostRedirects = 10;

/**
 * Signs a person in by authorization code and PKCE, as the client `orders-app`, and gives the access token for the orders
 * API, or for the sidecar in front of it. Nothing listens at the redirect URI: the code is read from the last redirect.
 */
export async function signIn(issuer: string, person: string, audience = "orders-api"): Promise<string> {
  const configuration = await openid.discovery(new URL(issuer), "orders-app", undefined, openid.None(), {
    // The authorization server of this example is on loopback, without TLS.
    execute: [openid.allowInsecureRequests],
  });
  const pkceCodeVerifier = openid.randomPKCECodeVerifier();
  const authorizationUrl = openid.buildAuthorizationUrl(configuration, {
    redirect_uri: redirectUri,
    scope: "openid profile orders:read",
    resource: `urn:behalf:${audience}`,
    login_hint: person,
    code_challenge: await openid.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: "S256",
  });
  const callback = await followRedirects(authorizationUrl, person);
  const tokens = await openid.authorizationCodeGrant(configuration, callback, { pkceCodeVerifier });
  return tokens.access_token;
}

async function followRedirects(start: URL, person: string): Promise<URL> {
  const cookies = createCookieJar();
  let url = start;
  for (let step = 0; step < mostRedirects; step++) {
    const response = await fetch(url, { redirect: "manual", headers: { cookie: cookies.header() } });
    await response.body?.cancel();
    cookies.learn(response.headers);
    const location = response.headers.get("location");
    if (location === null)
      throw new Error(`${person} cannot be signed in: the server shows a page (${response.status}).`);
    url = new URL(location, url);
    if (url.href.startsWith(redirectUri)) return url;
  }
  throw new Error(`${person} cannot be signed in: more than ${mostRedirects} redirects.`);
}
