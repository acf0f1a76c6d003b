import { client } from "../site/site.ts";
import type { KeptToken } from "./keep-tokens.ts";

const earlyMs = 60_000;

/** Asks the authorization server for a token, as somebody does who needs no library for it. */
export async function askToken(authority: string, form: Readonly<Record<string, string>>): Promise<KeptToken> {
  const answer = await fetch(`${authority}/token`, {
    method: "POST",
    body: new URLSearchParams({ client_id: client.id, client_secret: client.secret, ...form }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`The authorization server answered ${answer.status}.`);
  const { access_token, expires_in }: { readonly access_token: string; readonly expires_in: number } = JSON.parse(text);
  return { token: access_token, expiresAt: Date.now() + expires_in * 1000 - earlyMs };
}
