/** With what the server speaks TLS. */
export interface TlsOptions {
  /** The server's certificate, with the chain to its authority if there is one, as PEM. */
  readonly certificate: string;
  /** The private key of `certificate`, as PEM. */
  readonly privateKey: string;
  /** The authority whose client certificates `tls_client_auth` trusts, as PEM; without it, none is trusted. */
  readonly clientCa?: string;
  /**
   * Asks for client certificates on a second port alone, and names it in the metadata as `mtls_endpoint_aliases`
   * (RFC 8705 section 5). The issuer's own port asks nobody then.
   *
   * @default false: the issuer's own port asks every client, which may do without
   */
  readonly mtlsEndpointAliases?: boolean;
}
