type Coerce = (text: string) => unknown;

const toNumber: Coerce = (text) => (/^\d{1,15}$/.test(text) ? Number(text) : text);
const toDecimal: Coerce = (text) => (/^\d{1,9}(\.\d{1,9})?$/.test(text) ? Number(text) : text);
const toFlag: Coerce = (text) => (/^(true|false)$/i.test(text) ? text.toLowerCase() === "true" : text);
const toOff: Coerce = (text) => (/^false$/i.test(text) ? false : text);
const toList = (text: string): readonly string[] => text.split(/[\s,]+/).filter((item) => item !== "");
const toNumbers: Coerce = (text) => toList(text).map(toNumber);

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
  [toNumber, ["maxResponseBytes", "maxRedirects", "attempts", "minDelayMs", "maxDelayMs", "attemptTimeoutMs"]],
  [toNumber, ["minCalls", "windowMs", "openMs", "maxConcurrent", "maxQueued", "afterMs", "maxHedges"]],
  [toNumber, ["maxConnections", "keepAliveMs", "connectTimeoutMs"]],
  [toDecimal, ["budget", "failureRatio"]],
  [toNumbers, ["statuses"]],
  [toFlag, ["compression", "retry", "breaker", "bulkhead", "hedge", "http2"]],
  [toOff, ["userAgent"]],
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
