import { Readable } from "node:stream";
import { createDiagnostics } from "../../packages/behalf/src/lib/diagnostics/diagnostics.ts";
import { createResilience } from "../../packages/behalf/src/lib/transport/resilience/create-resilience.ts";
import type {
  Attempt,
  AttemptBounds,
  Resilience,
  ResilientCall,
} from "../../packages/behalf/src/lib/transport/resilience.ts";
import { TransportError, type TransportFailure } from "../../packages/behalf/src/lib/transport/transport-error.ts";
import type { WireAnswer } from "../../packages/behalf/src/lib/transport/wire.ts";
import type { RetrySettings } from "../../packages/behalf/src/lib/values/call-settings.ts";
import { createManualTimers, type ManualTimers } from "./manual-timers.ts";
import { createRecordingLogger, type RecordingLogger } from "./recording-logger.ts";

/** What an attempt gives, and after how long. */
export interface ScriptedResult {
  readonly gives: WireAnswer | Error;
  readonly afterMs: number;
}

/** An attempt that was made. */
export interface MadeAttempt {
  readonly at: number;
  readonly timeoutMs: number;
  /** Why it was cancelled. */
  cancelledBy?: unknown;
}

/** The retries of the tests that need no others. */
export const someRetry: RetrySettings = {
  attempts: 3,
  methods: new Set(["GET", "HEAD", "OPTIONS", "PUT", "DELETE"]),
  statuses: new Set([408, 429, 502, 503, 504]),
  minDelayMs: 100,
  maxDelayMs: 2_000,
  attemptTimeoutMs: undefined,
  budget: 0.2,
};

/** A GET, with nothing that is done beyond sending it. */
export const someCall: ResilientCall = {
  origin: "https://inventory.example.com",
  method: "GET",
  replayable: true,
  hasIdempotencyKey: false,
  timeoutMs: 30_000,
  cancellations: [],
  retry: undefined,
  breaker: undefined,
  bulkhead: undefined,
  hedge: undefined,
  resending: () => {},
};

/** What attempts give. */
export const result = {
  answer: (status: number, headers: WireAnswer["headers"] = {}): WireAnswer => ({
    status,
    headers,
    chunks: [],
    stream: undefined,
    firstByteAt: undefined,
  }),
  status: (status: number, headers: WireAnswer["headers"] = {}, afterMs = 0): ScriptedResult => ({
    gives: result.answer(status, headers),
    afterMs,
  }),
  failure: (failure: TransportFailure, afterMs = 0): ScriptedResult => ({
    gives: new TransportError(failure, { sent: true }),
    afterMs,
  }),
  error: (error: Error): ScriptedResult => ({ gives: error, afterMs: 0 }),
  stream: (status = 200, afterMs = 0): ScriptedResult & { readonly answer: WireAnswer; readonly stream: Readable } => {
    const stream = new Readable({ read() {} });
    const answer = { ...result.answer(status), stream };
    return { gives: answer, afterMs, answer, stream };
  },
  hang: (): ScriptedResult => result.failure("timeout", Number.POSITIVE_INFINITY),
} as const;

/** A resilience whose attempts do what the test says, on a clock of its own. */
export interface OpenedResilience {
  readonly resilience: Resilience;
  readonly timers: ManualTimers;
  readonly logger: RecordingLogger;
  readonly attempts: readonly MadeAttempt[];
  /** Why requests went out once more. */
  readonly resent: readonly string[];
  /** Lets all attempts give this from now on. @default 200 */
  always(given: ScriptedResult): void;
  /** Lets the coming attempts give these, one each. */
  next(...results: readonly ScriptedResult[]): void;
  /** Sends a GET, or what is said. */
  send(call?: Partial<ResilientCall>): Promise<WireAnswer>;
}

/** Gives what the script says, unless it is cancelled or its time is over before. */
function settleAttempt({ gives, afterMs }: ScriptedResult, bounds: AttemptBounds, timers: ManualTimers) {
  const made: MadeAttempt = { at: timers.now(), timeoutMs: bounds.timeoutMs };
  const settled = new Promise<WireAnswer>((resolve, reject) => {
    const inTime = afterMs < bounds.timeoutMs;
    const release = (): void => {
      stop();
      for (const cancellation of bounds.cancellations) cancellation.delete(listener);
    };
    const settle = (): void => {
      release();
      if (!inTime) reject(new TransportError("timeout", { sent: true }));
      else if (gives instanceof Error) reject(gives);
      else resolve(gives);
    };
    const stop = timers.startTimer(settle, inTime ? afterMs : bounds.timeoutMs);
    const listener = {
      abort(reason: unknown): void {
        release();
        made.cancelledBy = reason;
        reject(reason);
      },
    };
    for (const cancellation of bounds.cancellations) cancellation.add(listener);
  });
  return { made, settled };
}

/** Opens a resilience. By default, chance gives the longest waits. */
export function openResilience({ random = () => 1 }: { readonly random?: () => number } = {}): OpenedResilience {
  const timers = createManualTimers();
  const logger = createRecordingLogger();
  const diagnostics = createDiagnostics("orders", logger);
  const { now, startTimer } = timers;
  const resilience = createResilience({ diagnostics, now, startTimer, random, wallNow: () => 0 });
  const attempts: MadeAttempt[] = [];
  const resent: string[] = [];
  const script: ScriptedResult[] = [];
  let standing: ScriptedResult = result.status(200);

  const attempt: Attempt = (bounds) => {
    const { made, settled } = settleAttempt(script.shift() ?? standing, bounds, timers);
    attempts.push(made);
    return settled;
  };

  return {
    resilience,
    timers,
    logger,
    attempts,
    resent,
    always(given) {
      standing = given;
    },
    next: (...results) => void script.push(...results),
    send(call = {}) {
      const resending = (reason: string): void => void resent.push(reason);
      return resilience.send({ ...someCall, resending, ...call }, attempt);
    },
  };
}

/** How a sending ended, once it has. */
export interface Ending {
  status?: number | undefined;
  error?: unknown;
  at?: number;
}

/** Watches how a sending ends, and when. */
export function watchEnding(sending: Promise<WireAnswer>, timers: ManualTimers): Ending {
  const ending: Ending = {};
  sending.then(
    ({ status }) => Object.assign(ending, { status, at: timers.now() }),
    (error: unknown) => Object.assign(ending, { error, at: timers.now() }),
  );
  return ending;
}
