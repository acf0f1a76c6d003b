/** The headers that Behalf, or the connection, sets: no caller and no setting may take them. */
export const ownedHeaders: ReadonlySet<string> = new Set([
  "authorization",
  "proxy-authorization",
  "dpop",
  "host",
  "connection",
  "transfer-encoding",
  "content-length",
  "expect",
  "keep-alive",
  "upgrade",
  "te",
  "trailer",
  "proxy-connection",
]);
