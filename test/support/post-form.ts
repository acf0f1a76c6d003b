import { the } from "./the.ts";

/** What a token endpoint answered. */
export interface TokenAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Posts a form to a token endpoint, by basic authentication as the usual client unless the headers say otherwise. */
export async function postForm(
  url: string,
  form: URLSearchParams | Readonly<Record<string, string>>,
  headers: Readonly<Record<string, string>> = { authorization: `Basic ${btoa(`${the.clientId}:${the.clientSecret}`)}` },
): Promise<TokenAnswer> {
  const response = await fetch(url, { method: "POST", headers, body: new URLSearchParams(form) });
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as Readonly<Record<string, unknown>>,
  };
}
