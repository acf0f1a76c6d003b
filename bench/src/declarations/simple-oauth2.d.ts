// What the bench uses of packages that bring no types.
declare module "simple-oauth2" {
  export interface AccessToken {
    readonly token: { readonly access_token: string };
    expired(windowSeconds?: number): boolean;
  }

  export interface ClientCredentialsOptions {
    readonly client: { readonly id: string; readonly secret: string };
    readonly auth: { readonly tokenHost: string; readonly tokenPath: string };
  }

  export class ClientCredentials {
    constructor(options: ClientCredentialsOptions);
    getToken(parameters: Readonly<Record<string, string>>): Promise<AccessToken>;
  }
}
