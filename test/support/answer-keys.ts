import { importJWK, type JWK } from "jose";
import type { AnswerKeys } from "../../packages/behalf/src/lib/oauth/read-signed-answer.ts";

/** The keys that a server publishes when it is asked for one of them. */
export function answerKeys(readPublished: () => readonly JWK[]): AnswerKeys {
  return {
    async find({ kid, alg }) {
      const fitting = readPublished().filter((jwk) => kid === undefined || jwk.kid === kid);
      const keys = await Promise.all(fitting.map((jwk) => importJWK(jwk, alg)));
      return keys.flatMap((key) => (key instanceof Uint8Array ? [] : [{ key }]));
    },
  };
}
