import { acceptedCodings } from "../../transport/content-codings.ts";
import type { CallSettings } from "../../values/call-settings.ts";

/** The headers that go with every request of some settings, names and values in turn; those that a program gives win. */
export interface FixedHeaders {
  /** Where JSON is wanted. */
  readonly json: readonly string[];
  /** Where anything will do. */
  readonly any: readonly string[];
}

/** Lists the headers that go with every request of some settings. */
export function listFixedHeaders({ userAgent, compression }: CallSettings): FixedHeaders {
  const agent = userAgent === undefined ? [] : ["user-agent", userAgent];
  const encodings = compression ? ["accept-encoding", acceptedCodings] : [];
  return {
    json: ["accept", "application/json, application/problem+json", ...agent, ...encodings],
    any: ["accept", "*/*", ...agent, ...encodings],
  };
}
