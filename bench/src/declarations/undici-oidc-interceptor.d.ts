// What the bench uses of packages that bring no types.
declare module "undici-oidc-interceptor" {
  import type { Dispatcher } from "undici";

  export interface OidcInterceptorOptions {
    readonly clientId: string;
    readonly clientSecret: string;
    readonly idpTokenUrl: string;
    readonly audience: string;
    readonly retryOnStatusCodes: readonly number[];
    /** The origins whose requests get the token. */
    readonly urls: readonly string[];
  }

  export function createOidcInterceptor(options: OidcInterceptorOptions): Dispatcher.DispatcherComposeInterceptor;
}
