import type { Row } from "./row.ts";

/** What every row is measured against. */
export const baseline: Row = {
  name: "undici-request",
  title: "undici Pool.request, static token (again, as a control)",
  kind: "bound",
  load: async () => (await import("./rows/undici-request.ts")).openUndiciRequest,
};

/** All rows, in the order of the table. */
export const rows: readonly Row[] = [
  baseline,
  {
    name: "undici-dispatch",
    title: "undici Pool.dispatch, own handler, static token",
    kind: "bound",
    load: async () => (await import("./rows/undici-dispatch.ts")).openUndiciDispatch,
  },
  {
    name: "hand-written",
    title: "written by hand: map, single flight, Pool.request",
    kind: "bound",
    load: async () => (await import("./rows/hand-written.ts")).openHandWritten,
  },
  {
    name: "behalf",
    title: "Behalf, client credentials",
    kind: "behalf",
    load: async () => (await import("./rows/behalf.ts")).openBehalf,
  },
  {
    name: "behalf-observed",
    title: "Behalf, client credentials, records subscribed to",
    kind: "behalf",
    load: async () => (await import("./rows/behalf-observed.ts")).openBehalfObserved,
  },
  {
    name: "behalf-on-behalf",
    title: "Behalf, caller received and recalled, token exchange",
    kind: "behalf",
    load: async () => (await import("./rows/behalf-on-behalf.ts")).openBehalfOnBehalf,
  },
  {
    name: "undici-interceptors",
    title: "undici with two interceptors, static token",
    kind: "peer",
    load: async () => (await import("./rows/undici-interceptors.ts")).openUndiciInterceptors,
  },
  {
    name: "undici-signal",
    title: "undici Pool.request, AbortSignal.timeout per call",
    kind: "peer",
    load: async () => (await import("./rows/undici-signal.ts")).openUndiciSignal,
  },
  {
    name: "node-http",
    title: "node:http, keep-alive, static token",
    kind: "peer",
    load: async () => (await import("./rows/node-http.ts")).openNodeHttp,
  },
  {
    name: "global-fetch",
    title: "global fetch, static token",
    kind: "peer",
    load: async () => (await import("./rows/global-fetch.ts")).openGlobalFetch,
  },
  {
    name: "openid-client",
    title: "openid-client + own map + global fetch",
    kind: "peer",
    load: async () => (await import("./rows/openid-client.ts")).openOpenidClient,
  },
  {
    name: "msal",
    title: "@azure/msal-node, its cache + global fetch",
    kind: "peer",
    load: async () => (await import("./rows/msal.ts")).openMsal,
  },
  {
    name: "axios",
    title: "axios, keep-alive, static token",
    kind: "peer",
    load: async () => (await import("./rows/axios.ts")).openAxios,
  },
  {
    name: "ky",
    title: "ky over the global fetch, static token",
    kind: "peer",
    load: async () => (await import("./rows/ky.ts")).openKy,
  },
  {
    name: "got",
    title: "got, keep-alive, static token",
    kind: "peer",
    load: async () => (await import("./rows/got.ts")).openGot,
  },
  {
    name: "undici-oidc-interceptor",
    title: "undici-oidc-interceptor, undici.request",
    kind: "peer",
    load: async () => (await import("./rows/undici-oidc-interceptor.ts")).openUndiciOidcInterceptor,
  },
  {
    name: "simple-oauth2",
    title: "simple-oauth2 + axios, keep-alive",
    kind: "peer",
    load: async () => (await import("./rows/simple-oauth2.ts")).openSimpleOauth2,
  },
  {
    name: "google-auth-library",
    title: "google-auth-library, external account, keep-alive",
    kind: "peer",
    load: async () => (await import("./rows/google-auth-library.ts")).openGoogleAuthLibrary,
  },
  {
    name: "sap-cloud-sdk",
    title: "@sap-cloud-sdk/http-client, token in its destination",
    kind: "peer",
    load: async () => (await import("./rows/sap-cloud-sdk.ts")).openSapCloudSdk,
  },
];
