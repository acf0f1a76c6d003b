import type { ProtocolDialect } from "../config/auth-settings.ts";
import { unusableAnswer } from "./unusable-answer.ts";

/**
 * Notes a deviation from the protocol that does no harm, unless the protocol is held to strictly.
 *
 * @throws {Error} that stands for an answer that cannot be used
 */
export function tolerate(
  noted: readonly string[],
  deviation: string,
  { strictProtocol }: ProtocolDialect,
): readonly string[] {
  if (strictProtocol) throw unusableAnswer(`The answer deviates from the protocol: ${deviation}.`);
  return [...noted, deviation];
}
