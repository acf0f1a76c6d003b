import type { MarkerPlace } from "../inbound/revocation/eviction.ts";
import type { TokenEviction } from "../tokens/eviction/token-eviction.ts";
import { digest } from "../values/digest.ts";

/** Which of the tokens that this API obtained are given up: what is given narrows it down. */
export interface ObtainedPlace extends Omit<TokenEviction, "issuers" | "at"> {
  readonly issuer?: string | undefined;
}

const names = ["subject", "session", "issuer", "client", "service", "tenant"] as const;
const mostCharacters = 2_000;

/**
 * Gives the place of the marker that is about tokens which this API obtained, and about nobody's own.
 *
 * @throws {TypeError} when the names are too long for a marker
 */
export function toObtainedPlace(obtained: ObtainedPlace): MarkerPlace {
  const text = JSON.stringify(Object.fromEntries(names.map((name) => [name, obtained[name]])));
  if (text.length > mostCharacters) throw new TypeError("What is to be evicted has too long a name.");
  return { kind: "obtained", key: `${digest(text)} ${text}` };
}

function parse(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

const afterDigest = (key: string): string => key.slice(key.indexOf(" ") + 1);

/** Reads what such a marker is about. What it says more than this version knows would narrow it down: it is about all of it. */
export function readObtainedPlace(key: string): ObtainedPlace | undefined {
  const members = parse(afterDigest(key));
  if (!members) return undefined;
  const texts = names.flatMap((name) => (typeof members[name] === "string" ? [[name, members[name]]] : []));
  return Object.fromEntries(texts);
}
