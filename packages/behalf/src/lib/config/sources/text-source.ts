import { Secret } from "../../values/secret.ts";
import type { ReadSecretOptions, SecretSource } from "../secret-source.ts";
import type { AuthContext } from "../service-auth-config.ts";

/** What a source is made of that can be read without waiting. */
export interface TextReader {
  readonly notation: string;
  /** The text now; an empty one is none. */
  readText(): string | undefined;
  readonly recheck?: () => void;
}

/** The secret, unless it is the refused one. */
export function unlessRefused(secret: Secret | undefined, refused: Secret | undefined): Secret | undefined {
  return secret && refused && secret.value() === refused.value() ? undefined : secret;
}

/** Creates a source of what can be read without waiting. The same text is the same secret. */
export function createTextSource({ notation, readText, recheck }: TextReader): SecretSource {
  let last: Secret | undefined;

  const peek = (): Secret | undefined => {
    const text = readText();
    if (text === undefined || text === "") return undefined;
    if (last?.value() !== text) last = new Secret(text);
    return last;
  };

  return Object.freeze({
    notation,
    peek,
    read(_: AuthContext, { refused }: ReadSecretOptions = {}) {
      if (refused) recheck?.();
      return unlessRefused(peek(), refused);
    },
    ...(recheck && { recheck }),
  });
}

/** Creates a source of a secret that stands in the configuration itself. */
export function createGivenSource(given: string | Secret): SecretSource {
  const text = typeof given === "string" ? given : given.value();
  return createTextSource({ notation: "given", readText: () => text });
}
