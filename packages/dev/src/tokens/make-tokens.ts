import type { KoaContextWithOIDC } from "oidc-provider";
import type { ServerParts } from "../server/server-parts.ts";
import type { Resource } from "../settings/resource.ts";
import type { TokenClaims } from "./added-claims.ts";
import { describeResourceServer } from "./describe-resource-server.ts";
import type { SenderConstraint } from "./prove-sender.ts";

type LibraryClient = NonNullable<KoaContextWithOIDC["oidc"]["client"]>;
type LibraryTokens = KoaContextWithOIDC["oidc"]["provider"];

/** What a token says, whatever its kind. */
interface TokenFacts {
  readonly client: LibraryClient;
  /** The `sub`. */
  readonly subject: string;
  /** The scopes, space-separated. */
  readonly scope: string;
  /** The grant that makes it, as it stands in requests. */
  readonly grantType: string;
  readonly constraint: SenderConstraint;
  /** The claims besides; without any, a person's token tells the name and e-mail address. */
  readonly claims?: TokenClaims;
}

/** What an access token says. */
export interface AccessTokenFacts extends TokenFacts {
  readonly target: Resource;
  readonly expiresAtSeconds: number;
}

/** What a refresh token can be used for. */
export interface RefreshTokenFacts extends TokenFacts {
  readonly targets: readonly Resource[];
}

/** Makes an access token, not saved yet. */
export function makeAccessToken(
  { provider, settings, addedClaims }: ServerParts,
  facts: AccessTokenFacts,
): InstanceType<LibraryTokens["AccessToken"]> {
  const token = new provider.AccessToken({
    client: facts.client,
    accountId: facts.subject,
    grantId: "",
    gty: facts.grantType,
    scope: facts.scope,
    resourceServer: new provider.ResourceServer(facts.target.uri, describeResourceServer(settings, facts.target)),
    exp: facts.expiresAtSeconds,
    ...facts.constraint,
  });
  if (facts.claims !== undefined) addedClaims.addTo(token, facts.claims);
  return token;
}

/** Makes a refresh token with the grant that it stands on, not saved yet. */
export async function makeRefreshToken(
  { provider, addedClaims }: ServerParts,
  facts: RefreshTokenFacts,
): Promise<InstanceType<LibraryTokens["RefreshToken"]>> {
  const { client, subject, scope, targets } = facts;
  const grant = new provider.Grant({ clientId: client.clientId, accountId: subject });
  grant.addOIDCScope(scope);
  for (const { uri } of targets) grant.addResourceScope(uri, scope);
  const grantId = await grant.save();
  if (facts.claims !== undefined) addedClaims.addToGrant(grantId, facts.claims);
  const [resource, ...others] = targets.map(({ uri }) => uri);
  return new provider.RefreshToken({
    client,
    accountId: subject,
    grantId,
    gty: facts.grantType,
    scope,
    ...(resource === undefined ? {} : { resource: others.length === 0 ? resource : [resource, ...others] }),
    ...facts.constraint,
  });
}

/** Gives when a token for the target ends that is made now: after its configured life, and not after the one it stands on. */
export function chooseExpiry({ accessTokenLifetimeMs }: Resource, endSeconds: number): number {
  return Math.min(Math.floor((Date.now() + accessTokenLifetimeMs) / 1000), endSeconds);
}
