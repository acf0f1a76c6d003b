import type { KoaContextWithOIDC } from "oidc-provider";

type Grant = InstanceType<KoaContextWithOIDC["oidc"]["provider"]["Grant"]>;

/** Gives consent to whatever the request asks for, in the name of the person who has signed in. */
export async function grantEverything({ oidc }: KoaContextWithOIDC): Promise<Grant | undefined> {
  const { client, session, provider } = oidc;
  const { accountId } = session ?? {};
  if (client === undefined || accountId === undefined) return undefined;

  const known = session?.grantIdFor(client.clientId);
  const found = known === undefined ? undefined : await provider.Grant.find(known);
  const grant = found ?? new provider.Grant({ clientId: client.clientId, accountId });
  grant.addOIDCScope(oidc.requestParamOIDCScopes);
  grant.addOIDCClaims(oidc.requestParamClaims);
  for (const uri of Object.keys(oidc.resourceServers ?? {})) grant.addResourceScope(uri, oidc.requestParamScopes);
  await grant.save();
  return grant;
}
