import type { RetrySettings } from "../values/call-settings.ts";

/** How a call is tried again where nothing but that is configured. */
export const defaultRetry: RetrySettings = Object.freeze({
  attempts: 3,
  methods: new Set(["GET", "HEAD", "OPTIONS", "PUT", "DELETE"]),
  statuses: new Set([408, 429, 502, 503, 504]),
  minDelayMs: 100,
  maxDelayMs: 2_000,
  attemptTimeoutMs: undefined,
  budget: 0.2,
});
