import { AsyncResource } from "node:async_hooks";
import { Readable } from "node:stream";
import type { Dispatcher } from "undici";
import type { Cancellable } from "../values/cancellation.ts";
import { type DeadlineWheel, Expiring } from "./deadline-wheel.ts";
import { type AnswerHead, ReceivedAnswer } from "./received-answer.ts";
import { TransportError, type TransportFailure } from "./transport-error.ts";
import type { WireAnswer, WireRequest } from "./wire.ts";

/** What becomes of the answer. */
export interface Settlement {
  readonly resolve: (answer: WireAnswer) => void;
  readonly reject: (error: unknown) => void;
}

const timeouts = new Set(["UND_ERR_CONNECT_TIMEOUT", "UND_ERR_HEADERS_TIMEOUT", "UND_ERR_BODY_TIMEOUT"]);
const closed = new Set(["UND_ERR_CLOSED", "UND_ERR_DESTROYED"]);

function toFailure(error: Error): TransportFailure {
  const code = "code" in error ? String(error.code) : "";
  if (timeouts.has(code)) return "timeout";
  return closed.has(code) ? "closed" : "unreachable";
}

const toReason = (reason: unknown): Error =>
  reason instanceof Error ? reason : new DOMException("Aborted", "AbortError");

/**
 * Takes in one answer: into memory, or as a stream with back-pressure.
 *
 * It has the methods that undici itself calls. Those that took their place in its interface are a layer on top, which reads the
 * headers of every answer.
 */
export class AnswerHandler extends Expiring implements Dispatcher.DispatchHandler, Cancellable {
  readonly #request: WireRequest;
  readonly #settlement: Settlement;
  readonly #deadlines: DeadlineWheel;
  readonly #scope: AsyncResource | undefined;
  #abort: ((reason: Error) => void) | undefined;
  #aborted: { readonly reason: unknown } | undefined;
  #sent = false;
  #head: AnswerHead | undefined;
  #chunks: Buffer[] | undefined;
  #length = 0;
  #stream: Readable | undefined;

  constructor(request: WireRequest, settlement: Settlement, deadlines: DeadlineWheel) {
    super();
    this.#request = request;
    this.#settlement = settlement;
    this.#deadlines = deadlines;
    this.#scope = request.streams ? new AsyncResource("behalf:stream") : undefined;
  }

  /** Lets the time run and the cancellations be heard; tells whether it is still wanted. */
  start(): boolean {
    const { sentAt = performance.now(), timeoutMs } = this.#request;
    this.#deadlines.set(sentAt + timeoutMs, this);
    for (const cancellation of this.#request.cancellations) cancellation.add(this);
    if (this.#aborted) this.#release();
    return this.#aborted === undefined;
  }

  /** Gives up, for a reason that the caller gets. */
  abort(reason: unknown): void {
    if (this.#aborted) return;
    this.#aborted = { reason };
    this.#abort?.(toReason(reason));
    this.#fail(reason);
  }

  override expire(): void {
    this.#giveUp("timeout");
  }

  /** Comes when there is a connection, right before the first byte. */
  onConnect(abort: (reason?: Error) => void): void {
    this.#abort = abort;
    if (this.#aborted) abort(toReason(this.#aborted.reason));
    else this.#sent = true;
  }

  /** Gives whether the body may come at once. */
  onHeaders(status: number, rawHeaders: Buffer[], resume: () => void): boolean {
    if (status < 200) return true;
    this.#head = { status, rawHeaders, firstByteAt: this.#request.timesAnswer ? performance.now() : undefined };
    if (!this.#request.streams || status >= 300) return true;
    this.#stream = this.#openStream(resume);
    // The deadline is that of the head: a stream may take its time.
    this.#deadlines.unset(this);
    this.#settle();
    return true;
  }

  /** Gives whether more may come. */
  onData(chunk: Buffer): boolean {
    const stream = this.#stream;
    if (stream) return this.#inScope(() => stream.push(chunk));
    this.#length += chunk.length;
    if (this.#length > this.#request.maxBytes) this.#giveUp("tooLarge");
    else if (this.#chunks) this.#chunks.push(chunk);
    else this.#chunks = [chunk];
    return true;
  }

  onComplete(): void {
    const stream = this.#stream;
    if (stream) this.#inScope(() => stream.push(null));
    else this.#settle();
    this.#release();
  }

  onError(error: Error): void {
    const failed = (): TransportError => new TransportError(toFailure(error), { sent: this.#sent, cause: error });
    this.#fail(this.#aborted ? this.#aborted.reason : failed());
  }

  #openStream(resume: () => void): Readable {
    const stream = new Readable({
      read: () => resume(),
      destroy: (error, callback) => {
        if (!this.#aborted) this.#abort?.(error ?? new DOMException("The stream was destroyed", "AbortError"));
        callback(error);
      },
    });
    // A stream that breaks before anybody listens must not end the process; who reads it later gets the error all the same.
    stream.on("error", () => {});
    return stream;
  }

  #giveUp(failure: TransportFailure): void {
    this.abort(new TransportError(failure, { sent: this.#sent }));
  }

  #inScope<result>(work: () => result): result {
    return this.#scope ? this.#scope.runInAsyncScope(work) : work();
  }

  #settle(): void {
    if (this.#head) this.#settlement.resolve(new ReceivedAnswer(this.#head, this.#chunks, this.#stream));
  }

  #fail(error: unknown): void {
    this.#release();
    const stream = this.#stream;
    if (stream) this.#inScope(() => stream.destroy(toReason(error)));
    this.#settlement.reject(error);
  }

  #release(): void {
    this.#deadlines.unset(this);
    for (const cancellation of this.#request.cancellations) cancellation.delete(this);
  }
}
