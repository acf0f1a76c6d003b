import { withoutRuntimeWarning } from "./without-runtime-warning.ts";

/** The module `oidc-provider`, loaded at run time. Import its types alone anywhere else. */
export type OidcLibrary = typeof import("oidc-provider");

let loading: Promise<OidcLibrary> | undefined;

/** Loads `oidc-provider` once. The load is shared: two that overlap would restore `console.warn` in the wrong order. */
export function loadOidcProvider(): Promise<OidcLibrary> {
  loading ??= withoutRuntimeWarning(() => import("oidc-provider"));
  return loading;
}
