import type { ProtocolDialect } from "../../config/auth-settings.ts";
import type { Now } from "../../values/clock.ts";
import type { ClientCredentials } from "../token-request.ts";

/** A token request on its way out. */
export interface OutgoingRequest {
  readonly form: URLSearchParams;
  readonly headers: Headers;
}

/** Who proves itself to whom. */
export interface AuthenticatingClient {
  readonly credentials: ClientCredentials;
  readonly dialect: ProtocolDialect;
  /** The issuer, as the server names itself. */
  readonly issuer: string;
  /** The URL that is asked. */
  readonly tokenEndpoint: string;
  readonly now: Now;
}

/** Adds to a request what one method proves the client by. */
export type ClientAuthenticator = (outgoing: OutgoingRequest, client: AuthenticatingClient) => void | Promise<void>;

/** @throws {TypeError} when the credentials lack what their method needs */
export function requirePart<part>(given: part | undefined, name: string, { authentication }: ClientCredentials): part {
  if (given === undefined) throw new TypeError(`The client authentication "${authentication}" needs ${name}.`);
  return given;
}
