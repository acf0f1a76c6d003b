import { decodeJwt, type JWTPayload } from "jose";

/** Reads the claims of a token that a server was sent; a token that is not there is an error. */
export function readClaims(token: string | undefined): JWTPayload {
  if (token === undefined) throw new Error("There is no token");
  return decodeJwt(token);
}

/** Gives a form as an object; a parameter that comes more than once is an error. */
export function readForm(form: URLSearchParams): Readonly<Record<string, string>> {
  const names = [...form.keys()];
  if (new Set(names).size < names.length) throw new Error(`A parameter comes twice: ${names.join(", ")}`);
  return Object.fromEntries(form);
}

/** Reads the client of a token request that authenticates by `client_secret_basic` (RFC 6749 section 2.3.1). */
export function readBasicClient(authorization: string | undefined): { readonly id: string; readonly secret: string } {
  const [scheme, encoded = ""] = (authorization ?? "").split(" ");
  if (scheme !== "Basic") throw new Error("The client did not authenticate by Basic");
  const [id = "", secret = ""] = Buffer.from(encoded, "base64")
    .toString("utf8")
    .split(":")
    .map((part) => decodeURIComponent(part.replaceAll("+", " ")));
  return { id, secret };
}
