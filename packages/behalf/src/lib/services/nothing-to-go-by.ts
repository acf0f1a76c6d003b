import { ConfigurationError } from "../errors/configuration-error.ts";

/** The error of a call whose auth configuration obtains no token. */
export const nothingToGoBy = (path: string, given: string): ConfigurationError =>
  new ConfigurationError([
    {
      path,
      given,
      fix: "Give an auth configuration whose grant type obtains a token, such as tokenExchange or clientCredentials.",
    },
  ]);
