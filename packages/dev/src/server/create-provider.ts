import type Provider from "oidc-provider";
import type { Configuration, TokenEndpointGrantContext } from "oidc-provider";
import type { OidcLibrary } from "./load-oidc-provider.ts";

type GrantHandler<parameters extends object> = (ctx: TokenEndpointGrantContext<parameters>) => void | Promise<void>;

/** One of the library's own grants. */
export interface LibraryGrant {
  answer(ctx: TokenEndpointGrantContext): void | Promise<void>;
}

/** A provider, and its own client credentials grant, before this package puts another in its place. */
export interface CreatedProvider {
  readonly provider: Provider;
  readonly libraryGrant: LibraryGrant;
}

/** Creates the provider, and keeps hold of the grant that it registers for itself. */
export function createProvider(library: OidcLibrary, issuer: string, configuration: Configuration): CreatedProvider {
  const registered = new Map<string, LibraryGrant>();
  class RecordingProvider extends library.Provider {
    override registerGrantType<parameters extends object>(
      name: string,
      handler: GrantHandler<parameters>,
      ...rest: (string | readonly string[] | ReadonlySet<string>)[]
    ): void {
      if (!registered.has(name)) registered.set(name, { answer: handler });
      super.registerGrantType(name, handler, ...rest);
    }
  }
  const provider = new RecordingProvider(issuer, configuration);
  const libraryGrant = registered.get("client_credentials");
  if (libraryGrant === undefined) throw new TypeError("oidc-provider did not register its client credentials grant");
  return { provider, libraryGrant };
}
