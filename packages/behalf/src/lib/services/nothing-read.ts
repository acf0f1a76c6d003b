import { ConfigurationError } from "../errors/configuration-error.ts";

/** The error of a setting whose source gives nothing. */
export function nothingRead(configPath: string, key: string): ConfigurationError {
  const path = configPath === "" ? key : `${configPath}.${key}`;
  return new ConfigurationError([
    { path, given: "a source that gives nothing", fix: `Let the source of "${key}" give one, or configure another.` },
  ]);
}
