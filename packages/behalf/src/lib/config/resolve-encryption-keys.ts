import type { ConfigurationProblem } from "../errors/configuration-error.ts";
import { Secret } from "../values/secret.ts";
import type { CheckedEncryptionKey, CheckedSecret } from "./checked.ts";
import type { ResolvedEncryptionKey } from "./resolved.ts";
import { isSecretSource } from "./secret-source.ts";

const keyText = /^[\w+/-]{43}=?$/;

function readText(given: CheckedSecret): Secret | undefined {
  if (isSecretSource(given)) return given.peek();
  return typeof given === "string" ? new Secret(given) : given;
}

/** Reads the keys: they are needed at the start, and stay what they are while the program runs. */
export function resolveEncryptionKeys(given: readonly CheckedEncryptionKey[]): {
  readonly keys: readonly ResolvedEncryptionKey[];
  readonly problems: readonly ConfigurationProblem[];
} {
  const read = given.map(({ id, key }) => ({ id, key: readText(key) }));
  const keys = read.flatMap(({ id, key }) => (key ? [Object.freeze({ id, key })] : []));
  const problems = read.flatMap(({ key }, index): readonly ConfigurationProblem[] => {
    if (key && keyText.test(key.value())) return [];
    const words = key ? "a text that is not 32 bytes in base64 or base64url" : "nothing that can be read at the start";
    const fix = "Make a key with: openssl rand -base64 32. Give it by fromEnv or fromFile.";
    return [{ path: `encryptionKeys.${index}.key`, given: words, fix }];
  });
  return { keys: Object.freeze(keys), problems };
}
