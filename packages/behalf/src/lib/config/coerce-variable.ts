type Coerce = (text: string) => unknown;

const toNumber: Coerce = (text) => (/^\d{1,15}$/.test(text) ? Number(text) : text);
const toFlag: Coerce = (text) => (/^(true|false)$/i.test(text) ? text.toLowerCase() === "true" : text);
const toList: Coerce = (text) => text.split(/[\s,]+/).filter((item) => item !== "");

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

const keysByKind: readonly (readonly [coerce: Coerce, keys: readonly string[]])[] = [
  [toNumber, ["timeoutMs", "maxDelegatedTtlMs", "clockToleranceMs", "jwksCooldownMs", "maxEntries", "maxBytes"]],
  [toNumber, ["maxLifeMs", "keepMs", "proofLifeMs"]],
  [
    toFlag,
    ["serverTiming", "strict", "clientIdInBody", "certificateBoundTokens", "refreshReuse", "strictProtocol", "dpop"],
  ],
  [toFlag, ["prewarm", "byRouteOnly", "required", "nonce", "backchannelLogout"]],
  [toList, ["algorithms"]],
  [fromJson, ["extraParameters", "authorizationDetails", "encryptionKeys", "keys", "resourceMetadata"]],
];

const coercions: ReadonlyMap<string, Coerce> = new Map(
  keysByKind.flatMap(([coerce, keys]) => keys.map((key) => [key, coerce] as const)),
);

/** Turns the text of a variable into what the setting takes; what it cannot read is left for the checks to tell. */
export function coerceVariable(key: string, text: string): unknown {
  return coercions.get(key)?.(text) ?? text;
}
