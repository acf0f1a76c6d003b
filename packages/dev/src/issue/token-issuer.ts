import type { ServerParts } from "../server/server-parts.ts";
import type { Client } from "../settings/client.ts";
import type { Person } from "../settings/person.ts";
import type { Resource } from "../settings/resource.ts";
import { chooseScopes } from "../tokens/choose-scopes.ts";
import { describePerson } from "../tokens/extra-claims.ts";
import { findTarget, findTargets } from "../tokens/find-target.ts";
import { chooseExpiry, makeAccessToken, makeRefreshToken } from "../tokens/make-tokens.ts";
import type { IssueAccessTokenOptions, IssueRefreshTokenOptions } from "./issue-options.ts";

/** Issues tokens to programs that have no browser to sign a person in with. */
export interface TokenIssuer {
  issueAccessToken(options: IssueAccessTokenOptions): Promise<string>;
  issueRefreshToken(options: IssueRefreshTokenOptions): Promise<string>;
}

/** Creates the issuer of one server. */
export function createTokenIssuer(parts: ServerParts): TokenIssuer {
  return {
    issueAccessToken: (options) => asMisuse(parts, "issueAccessToken", () => issueAccessToken(parts, options)),
    issueRefreshToken: (options) => asMisuse(parts, "issueRefreshToken", () => issueRefreshToken(parts, options)),
  };
}

async function issueAccessToken(parts: ServerParts, options: IssueAccessTokenOptions): Promise<string> {
  const { client, person } = findParties(parts, options);
  const target = findTarget(parts, client, options);
  const token = makeAccessToken(parts, {
    client: await findLibraryClient(parts, client),
    subject: person.id,
    target,
    scope: chooseScopes(parts, { client, target, asked: options.scope }).join(" "),
    grantType: "authorization_code",
    constraint: options.confirmation ?? {},
    claims: { ...describePerson(person), ...(options.mayAct === undefined ? {} : { may_act: options.mayAct }) },
    expiresAtSeconds: chooseEnd(target, options.lifetimeMs),
  });
  return token.save();
}

async function issueRefreshToken(parts: ServerParts, options: IssueRefreshTokenOptions): Promise<string> {
  const { client, person } = findParties(parts, options);
  if (!client.grants.includes("refreshToken") && client.redirectUris.length === 0) {
    throw new TypeError(`client "${client.id}" may not use refresh tokens`);
  }
  const targets = findTargets(parts, client, options);
  const token = await makeRefreshToken(parts, {
    client: await findLibraryClient(parts, client),
    subject: person.id,
    targets,
    scope: chooseAllScopes(parts, { client, targets, asked: options.scope }).join(" "),
    grantType: "authorization_code",
    constraint: options.confirmation ?? {},
  });
  return token.save();
}

interface ScopesOfTargets {
  readonly client: Client;
  readonly targets: readonly Resource[];
  readonly asked: string | undefined;
}

function chooseAllScopes(parts: ServerParts, { client, targets, asked }: ScopesOfTargets): readonly string[] {
  if (asked === undefined) return targets.flatMap((target) => chooseScopes(parts, { client, target, asked }));
  const [first] = targets;
  if (first === undefined) return [];
  return chooseScopes(parts, { client, target: { ...first, scopes: targets.flatMap(({ scopes }) => scopes) }, asked });
}

function findParties(
  { settings }: ServerParts,
  { clientId, person: personId }: { readonly clientId: string; readonly person: string },
): { readonly client: Client; readonly person: Person } {
  const client = settings.clients.find(({ id }) => id === clientId);
  if (client === undefined) throw new TypeError(`"clientId" names no client: ${JSON.stringify(clientId)}`);
  const person = settings.people.find(({ id }) => id === personId);
  if (person === undefined) throw new TypeError(`"person" names nobody: ${JSON.stringify(personId)}`);
  return { client, person };
}

async function findLibraryClient({ provider }: ServerParts, { id }: Client) {
  const client = await provider.Client.find(id);
  if (client === undefined) throw new TypeError(`"clientId" names no client: ${JSON.stringify(id)}`);
  return client;
}

function chooseEnd(target: Resource, lifetimeMs: number | undefined): number {
  if (lifetimeMs === undefined) return chooseExpiry(target, Number.POSITIVE_INFINITY);
  if (!Number.isInteger(lifetimeMs / 1000) || lifetimeMs < 1000) {
    throw new TypeError('"lifetimeMs" must be whole seconds in milliseconds, at least 1000');
  }
  return Math.floor(Date.now() / 1000) + lifetimeMs / 1000;
}

/** What a client would get as an OAuth error is a mistake of the program here: a TypeError that names the method. */
async function asMisuse<value>({ library }: ServerParts, method: string, issue: () => Promise<value>): Promise<value> {
  try {
    return await issue();
  } catch (error) {
    const isRefusal = error instanceof library.errors.OIDCProviderError;
    if (!isRefusal && !(error instanceof TypeError)) throw error;
    throw new TypeError(`${method}: ${isRefusal ? (error.error_description ?? error.error) : error.message}.`);
  }
}
