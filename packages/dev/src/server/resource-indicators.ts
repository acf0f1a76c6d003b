import type { Configuration } from "oidc-provider";
import type { Settings } from "../settings/resolve-settings.ts";
import { describeResourceServer } from "../tokens/describe-resource-server.ts";
import { toScopes } from "../tokens/to-list.ts";
import type { OidcLibrary } from "./load-oidc-provider.ts";

type Features = NonNullable<Configuration["features"]>;

/**
 * Configures which resources the code flow knows (RFC 8707). A request that names none gets the one that its scopes belong
 * to, if there is exactly one.
 */
export function configureResourceIndicators(
  { errors }: OidcLibrary,
  settings: Settings,
): NonNullable<Features["resourceIndicators"]> {
  return {
    enabled: true,
    getResourceServerInfo(_ctx, uri, client) {
      const resource = settings.resources.find((known) => known.uri === uri);
      if (resource === undefined) throw new errors.InvalidTarget("the target is not known here");
      const allowed = settings.clients.find(({ id }) => id === client.clientId);
      if (!allowed?.audiences.includes(resource.name)) {
        throw new errors.InvalidTarget("the client may not ask tokens for this target");
      }
      const scopes = resource.scopes.filter((scope) => allowed.scopes.includes(scope));
      return describeResourceServer(settings, { ...resource, scopes });
    },
    defaultResource(ctx, _client, oneOf) {
      if (oneOf !== undefined) return oneOf;
      const asked = toScopes(ctx.oidc.params?.scope);
      const fitting = settings.resources.filter(({ scopes }) => asked.some((scope) => scopes.includes(scope)));
      return fitting.length === 1 ? fitting.map(({ uri }) => uri) : [];
    },
    useGrantedResource: () => true,
  };
}
