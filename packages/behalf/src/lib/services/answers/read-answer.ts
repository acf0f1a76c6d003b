import { BackendError, type ProblemDocument } from "../../errors/backend-error.ts";
import type { WireAnswer } from "../../transport/wire.ts";
import { parseChallenges } from "../../values/challenge.ts";
import type { Place } from "../place.ts";

/** Puts the parts of a body together. */
export function joinChunks(chunks: readonly Buffer[]): Buffer {
  const [only] = chunks;
  return only && chunks.length === 1 ? only : Buffer.concat(chunks);
}

/** Reads a body as text in UTF-8, without the mark that some put before it. */
export function readText(chunks: readonly Buffer[]): string {
  const text = joinChunks(chunks).toString();
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
}

const jsonType = /^application\/(?:[\w.+-]+\+)?json\b/i;

function readProblem({ headers, chunks }: WireAnswer): ProblemDocument | undefined {
  if (!jsonType.test(headers["content-type"] ?? "")) return undefined;
  try {
    const problem: unknown = JSON.parse(readText(chunks));
    return typeof problem === "object" && problem !== null && !Array.isArray(problem) ? { ...problem } : undefined;
  } catch {
    return undefined;
  }
}

/** Gives the error that an answer means; `undefined` for one that can be used. */
export function toBackendError(answer: WireAnswer, place: Place): BackendError | undefined {
  const { status } = answer;
  if (status < 300 || status === 304) return undefined;
  const { headers } = answer;
  return new BackendError({
    ...place,
    status,
    problem: readProblem(answer),
    challenges: parseChallenges(headers["www-authenticate"] ?? ""),
    retryAfter: headers["retry-after"],
  });
}
