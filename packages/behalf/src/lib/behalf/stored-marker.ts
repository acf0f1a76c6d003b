import type { StoreRecord } from "../diagnostics/records.ts";
import type { RevocationMarker } from "../inbound/revocation/revocation-markers.ts";

const version = 1;
const kinds = ["token", "subject", "session", "obtained"] as const;
const markerKey = /^[\w-]{43}( [^\n]{1,2048})?$/;

/** Writes a marker as text. */
export function writeStoredMarker({ kind, key, at }: RevocationMarker): string {
  return JSON.stringify({ version, kind, key, at });
}

function parse(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

/** Reads a marker; what a later version of this format wrote is not read. */
export function readStoredMarker(text: string): RevocationMarker | Exclude<StoreRecord["problem"], "foreign"> {
  const { version: written, kind: kindName, key, at } = parse(text);
  if (written !== version) return typeof written === "number" ? "version" : "malformed";
  const kind = kinds.find((one) => one === kindName);
  if (!kind || typeof key !== "string" || !markerKey.test(key)) return "malformed";
  if (typeof at !== "number" || !Number.isSafeInteger(at)) return "malformed";
  return { kind, key, at };
}
