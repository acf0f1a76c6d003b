import { invalidClient, OAuthError } from "../answer.ts";
import type { AsRequest } from "../as-request.ts";
import { mayUse } from "../clients.ts";
import { authenticateAssertion } from "./assertion.ts";
import type { Attempt } from "./attempt.ts";
import { authenticateById } from "./by-id.ts";
import { type Authenticated, authenticateBasic, authenticatePost } from "./secret.ts";

type Authenticate = (attempt: Attempt) => Authenticated | Promise<Authenticated>;

/** Picks the one way that the request takes. A certificate beside another way only binds the token. */
function pickWay({ headers, form }: AsRequest): Authenticate {
  const ways: readonly (readonly [present: boolean, way: Authenticate])[] = [
    [headers.authorization !== undefined, authenticateBasic],
    [form.has("client_secret"), authenticatePost],
    [form.has("client_assertion") || form.has("client_assertion_type"), authenticateAssertion],
  ];
  const taken = ways.filter(([present]) => present).map(([, way]) => way);
  if (taken.length > 1) throw new OAuthError("invalid_request", "More than one way of client authentication");
  return taken[0] ?? authenticateById;
}

function checkClientId({ client }: Authenticated, { form }: AsRequest): void {
  const clientId = form.get("client_id");
  if (clientId === null && client.wantsClientIdInBody) {
    throw new OAuthError("invalid_request", '"client_id" is required in the body');
  }
  if (clientId !== null && clientId !== client.clientId) throw invalidClient('"client_id" names another client');
}

/** Finds the client that a token request authenticates as. */
export async function authenticateClient(attempt: Attempt): Promise<Authenticated> {
  const authenticated = await pickWay(attempt.request)(attempt);
  const { client, method } = authenticated;
  if (!mayUse(client, method)) throw invalidClient(`The client must not authenticate by ${method}`);
  checkClientId(authenticated, attempt.request);
  return authenticated;
}
