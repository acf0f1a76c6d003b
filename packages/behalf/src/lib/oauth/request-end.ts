/** How a request to a server ended: it answered, it is away, or nobody knows, for the request was given up. */
export type RequestEnd =
  | { readonly kind: "answered"; readonly status: number }
  | { readonly kind: "away"; readonly reason: "network" | "timeout" }
  | { readonly kind: "unknown" };

const unknown: RequestEnd = { kind: "unknown" };

/** The end that an error stands for. */
export function toRequestEnd(error: unknown): RequestEnd {
  if (error instanceof TypeError) return { kind: "away", reason: "network" };
  return error instanceof Error && error.name === "TimeoutError" ? { kind: "away", reason: "timeout" } : unknown;
}
