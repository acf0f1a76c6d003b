export interface ProxyCredentials {
  readonly user: string;
  readonly password: string;
}

/** Reads basic credentials (RFC 7617), or gives nothing if there are none. */
export function readProxyCredentials(authorization = ""): ProxyCredentials | undefined {
  const [scheme, encoded] = authorization.split(" ");
  if (scheme?.toLowerCase() !== "basic" || encoded === undefined) return undefined;
  const [user = "", ...password] = Buffer.from(encoded, "base64").toString().split(":");
  return { user, password: password.join(":") };
}
