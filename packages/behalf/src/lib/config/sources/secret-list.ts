import { type Awaitable, whenReady } from "../../outcome/outcome-promise.ts";
import type { Secret } from "../../values/secret.ts";
import type { SecretSource } from "../secret-source.ts";

/** The sources from one of them on, the ones before it last. */
const startingAt = <source>(sources: readonly source[], index: number): readonly source[] => [
  ...sources.slice(index),
  ...sources.slice(0, index),
];

/**
 * Creates a source of several that stand for the same client: the current secret and its successor, say.
 *
 * The first is given until it is refused; then the next that is another one, and that one from then on. Those that give
 * nothing are passed over.
 */
export function createSecretList(sources: readonly SecretSource[]): SecretSource {
  let preferred = 0;

  return Object.freeze<SecretSource>({
    notation: sources.map(({ notation }) => notation).join(", "),
    peek: () => sources[preferred]?.peek(),
    read(authContext, options = {}) {
      const order = startingAt(sources, preferred);
      const readFrom = (position: number): Awaitable<Secret | undefined> => {
        const source = order[position];
        if (!source) return undefined;
        return whenReady(source.read(authContext, options), (secret) => {
          if (!secret) return readFrom(position + 1);
          if (options.refused) preferred = sources.indexOf(source);
          return secret;
        });
      };
      return readFrom(0);
    },
    recheck() {
      for (const source of sources) source.recheck?.();
    },
  });
}
