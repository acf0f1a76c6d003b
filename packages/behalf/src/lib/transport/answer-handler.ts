import { AsyncResource } from "node:async_hooks";
import type { IncomingHttpHeaders } from "node:http";
import { Readable } from "node:stream";
import type { Dispatcher } from "undici";
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

/** Takes in one answer: into memory, or as a stream with back-pressure. */
export class AnswerHandler implements Dispatcher.DispatchHandler {
  readonly #request: WireRequest;
  readonly #settlement: Settlement;
  readonly #scope: AsyncResource | undefined;
  readonly #chunks: Buffer[] = [];
  readonly #interests: (() => void)[] = [];
  #controller: Dispatcher.DispatchController | undefined;
  #aborted: { readonly reason: unknown } | undefined;
  #sent = false;
  #length = 0;
  #head: { readonly status: number; readonly headers: IncomingHttpHeaders; readonly firstByteAt: number } | undefined;
  #stream: Readable | undefined;
  #endDeadline: (() => void) | undefined;

  constructor(request: WireRequest, settlement: Settlement) {
    this.#request = request;
    this.#settlement = settlement;
    this.#scope = request.streams ? new AsyncResource("behalf:stream") : undefined;
  }

  /** Keeps what ends an interest, such as a listener for a signal, to be called when the answer is there. */
  endAfter(release: () => void): void {
    if (this.#aborted) release();
    else this.#interests.push(release);
  }

  /** Keeps what ends the deadline, to be called when the answer is there or a stream begins: that may take its time. */
  endAtStream(release: () => void): void {
    this.endAfter(release);
    this.#endDeadline = release;
  }

  /** Whether it gave up. */
  get aborted(): boolean {
    return this.#aborted !== undefined;
  }

  /** Gives up, for a reason that the caller gets. */
  abort(reason: unknown): void {
    if (this.#aborted) return;
    this.#aborted = { reason };
    this.#controller?.abort(toReason(reason));
    this.#fail(reason);
  }

  /** Gives up by itself. */
  giveUp(failure: TransportFailure): void {
    this.abort(new TransportError(failure, { sent: this.#sent }));
  }

  /** Comes when there is a connection, right before the first byte. */
  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#aborted) controller.abort(toReason(this.#aborted.reason));
    else this.#sent = true;
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    if (status < 200) return;
    this.#head = { status, headers, firstByteAt: performance.now() };
    if (!this.#request.streams || status >= 300) return;
    this.#stream = new Readable({
      read: () => controller.resume(),
      destroy: (error, callback) => {
        if (!this.#aborted) controller.abort(error ?? new DOMException("The stream was destroyed", "AbortError"));
        callback(error);
      },
    });
    // A stream that breaks before anybody listens must not end the process; who reads it later gets the error all the same.
    this.#stream.on("error", () => {});
    this.#endDeadline?.();
    this.#settle();
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    const stream = this.#stream;
    if (stream) {
      if (!this.#inScope(() => stream.push(chunk))) controller.pause();
      return;
    }
    this.#length += chunk.length;
    if (this.#length > this.#request.maxBytes) this.giveUp("tooLarge");
    else this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    const stream = this.#stream;
    if (stream) this.#inScope(() => stream.push(null));
    else this.#settle();
    this.#release();
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    const failed = (): TransportError => new TransportError(toFailure(error), { sent: this.#sent, cause: error });
    this.#fail(this.#aborted ? this.#aborted.reason : failed());
  }

  #inScope<result>(work: () => result): result {
    return this.#scope ? this.#scope.runInAsyncScope(work) : work();
  }

  #settle(): void {
    if (!this.#head) return;
    const { status, headers, firstByteAt } = this.#head;
    this.#settlement.resolve({ status, headers, firstByteAt, chunks: this.#chunks, stream: this.#stream });
  }

  #fail(error: unknown): void {
    this.#release();
    this.#inScope(() => this.#stream?.destroy(toReason(error)));
    this.#settlement.reject(error);
  }

  #release(): void {
    for (const release of this.#interests) release();
    this.#interests.length = 0;
  }
}
