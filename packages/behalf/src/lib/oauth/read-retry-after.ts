const mostMs = 300_000;
const seconds = /^\d+(\.\d+)?$/;

function toWaitMs(text: string, at: number): number | undefined {
  if (seconds.test(text)) return Number(text) * 1000;
  const until = Date.parse(text);
  return Number.isNaN(until) ? undefined : Math.max(until - at, 0);
}

/**
 * Reads how long a server wants to be left alone, in milliseconds: five minutes at most.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9110.html#section-10.2.3}
 */
export function readRetryAfter(headers: Headers, at: number): number | undefined {
  const text = (headers.get("retry-after") ?? headers.get("x-retry-after"))?.trim();
  const waitMs = text ? toWaitMs(text, at) : undefined;
  return waitMs === undefined ? undefined : Math.min(waitMs, mostMs);
}
