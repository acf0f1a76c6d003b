import type { AuthorizationServer } from "../start-authorization-server.ts";

/** Describes a running server to the person who started it. */
export function describeServer({ issuer, people, clients, resources }: AuthorizationServer): string {
  const secretNote = "The secret is a constant of this package. It protects nothing: use it on your machine alone.";
  return `Authorization server for development

  Issuer     ${issuer}
  Metadata   ${issuer}/.well-known/openid-configuration

  People     sign in without a password; login_hint=<id> skips the page
${people.map(({ id, name, email }) => `    ${id.padEnd(12)} ${name} <${email}>`).join("\n")}

  Clients
${clients.map(({ id, secret }) => `    ${id.padEnd(12)} ${secret === undefined ? "public, with PKCE" : `secret ${secret}`}`).join("\n")}
    ${secretNote}

  Resources  as audience, or as resource
${resources.map(({ name, uri, scopes }) => `    ${name.padEnd(12)} ${uri}  ${scopes.join(" ")}`).join("\n")}

Stop it with Ctrl-C.
`;
}
