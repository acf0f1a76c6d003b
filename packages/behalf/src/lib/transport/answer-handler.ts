import { AsyncResource } from "node:async_hooks";
import { Readable } from "node:stream";
import type { Dispatcher } from "undici";
import type { Cancellable } from "../values/cancellation.ts";
import type { ConnectionPool, PooledClient, PooledHandler } from "./connection-pool.ts";
import { closedAfterUse, isBreaking } from "./connection-use.ts";
import { findDecoders, isCoded, type OpenDecoder, withoutCoding } from "./content-codings.ts";
import { type DeadlineWheel, Expiring } from "./deadline-wheel.ts";
import { expandStream, readWithin, type ToBodyError } from "./expand.ts";
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

const toCode = (error: Error): string => ("code" in error ? String(error.code) : "");

function toFailure(error: Error): TransportFailure {
  const code = toCode(error);
  if (timeouts.has(code)) return "timeout";
  return closed.has(code) ? "closed" : "unreachable";
}

const toExpanded = (head: AnswerHead, decoders: readonly OpenDecoder[]): AnswerHead =>
  decoders.length === 0 ? head : { ...head, rawHeaders: withoutCoding(head.rawHeaders) };

const toReason = (reason: unknown): Error =>
  reason instanceof Error ? reason : new DOMException("Aborted", "AbortError");

/** What bounds the answers of a transport. */
export interface AnswerBounds {
  readonly deadlines: DeadlineWheel;
  /** For how long a stream may stand still, in milliseconds. */
  readonly streamIdleMs: number;
}

/** The request has what undici asks for by the same names. Only a stream that stands still is to be noticed by undici. */
const toOptions = (request: WireRequest, { streamIdleMs: bodyTimeout }: AnswerBounds): Dispatcher.DispatchOptions => {
  if (!request.streams) return request;
  const { path, method, headers, body } = request;
  return { path, method, headers, body, bodyTimeout };
};

/** What undici says of an answer of such a status that tells the length of a body, as it may (RFC 9110 section 8.6). */
const lengthMismatch = "UND_ERR_RES_CONTENT_LENGTH_MISMATCH";
const withoutBody = new Set([204, 304]);

/** A part of a coded body cannot be expanded: it is given on as it is (RFC 9110 section 14.2). */
const partial = 206;

/**
 * Sends one request, and takes in its answer: into memory, or as a stream with back-pressure.
 *
 * It has the methods that undici itself calls. Those that took their place in its interface are a layer on top, which reads the
 * headers of every answer.
 */
export class AnswerHandler extends Expiring implements PooledHandler, Cancellable {
  client: PooledClient | undefined;
  readonly #request: WireRequest;
  readonly #settlement: Settlement;
  readonly #bounds: AnswerBounds;
  readonly #scope: AsyncResource | undefined;
  #pool: ConnectionPool | undefined;
  #abort: ((reason: Error) => void) | undefined;
  #aborted: { readonly reason: unknown } | undefined;
  #sent = false;
  #begun = false;
  #replayed = false;
  #head: AnswerHead | undefined;
  #chunks: Buffer[] | undefined;
  #length = 0;
  #stream: Readable | undefined;

  constructor(request: WireRequest, settlement: Settlement, bounds: AnswerBounds) {
    super();
    this.#request = request;
    this.#settlement = settlement;
    this.#bounds = bounds;
    this.#scope = request.streams ? new AsyncResource("behalf:stream") : undefined;
  }

  /** Sends the request, once it has started and is still wanted. */
  sendOver(pool: ConnectionPool): void {
    this.#pool = pool;
    pool.dispatch(toOptions(this.#request, this.#bounds), this);
  }

  /** Lets the time run and the cancellations be heard; tells whether it is still wanted. */
  start(): boolean {
    const { sentAt = performance.now(), timeoutMs } = this.#request;
    this.#bounds.deadlines.set(sentAt + timeoutMs, this);
    for (const cancellation of this.#request.cancellations) cancellation.add(this);
    if (this.#aborted) this.#release();
    return this.#aborted === undefined;
  }

  get isWanted(): boolean {
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

  /** Comes with the first byte of an answer, of status 1xx too. */
  onResponseStarted(): void {
    this.#begun = true;
  }

  /** Gives whether the body may come at once. */
  onHeaders(status: number, rawHeaders: Buffer[], resume: () => void): boolean {
    if (status < 200) return true;
    const firstByteAt = this.#request.timesAnswer ? performance.now() : undefined;
    this.#head = { status, rawHeaders, firstByteAt, replayed: this.#replayed };
    if (this.#request.streams && status < 300) this.#streamOf(this.#head, resume);
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
    this.#freeClient();
    const stream = this.#stream;
    const head = this.#head;
    const chunks = this.#chunks;
    if (isBreaking()) {
      this.#fail(this.#toError("unreachable"));
      return;
    }
    if (stream) this.#inScope(() => stream.push(null));
    else if (head && chunks && isCoded(head.rawHeaders) && head.status !== partial) {
      this.#expand(head, chunks);
      return;
    } else if (head) this.#settlement.resolve(new ReceivedAnswer(head, chunks));
    else this.#settlement.reject(this.#toError("unreachable"));
    this.#release();
  }

  onError(error: Error): void {
    this.#freeClient();
    if (this.#aborted) this.#fail(this.#aborted.reason);
    else if (this.#isWhole(error)) this.onComplete();
    else if (this.#pool && this.#canBeReplayed(error)) this.#replayOver(this.#pool);
    else this.#fail(this.#toError(toFailure(error), error));
  }

  #freeClient(): void {
    const { client } = this;
    this.client = undefined;
    client?.free();
  }

  #isWhole(error: Error): boolean {
    return this.#head !== undefined && withoutBody.has(this.#head.status) && toCode(error) === lengthMismatch;
  }

  /** What was not sent at all can always be. */
  #canBeReplayed(error: Error): boolean {
    const { replayable, body } = this.#request;
    const repeatable = !this.#sent || (replayable === true && !(body instanceof Readable));
    return repeatable && !this.#begun && !this.#replayed && closedAfterUse(error);
  }

  #replayOver(pool: ConnectionPool): void {
    this.#replayed = true;
    this.#abort = undefined;
    pool.dispatchAlone(toOptions(this.#request, this.#bounds), this);
  }

  /** Gives the answer with its body as a stream. The deadline is that of the head: a stream may take its time. */
  #streamOf(head: AnswerHead, resume: () => void): void {
    const decoders = this.#findDecoders(head);
    if (!decoders) return;
    const source = this.#openStream(resume);
    this.#stream = source;
    this.#bounds.deadlines.unset(this);
    const stream = expandStream(source, decoders, (failure, cause) => this.#translate(this.#toError(failure, cause)));
    this.#settlement.resolve(new ReceivedAnswer(toExpanded(head, decoders), undefined, stream));
  }

  /** Gives the answer once its body is expanded, which is a part of the call's time. */
  #expand(head: AnswerHead, chunks: readonly Buffer[]): void {
    const decoders = this.#findDecoders(head);
    if (!decoders) return;
    const toError: ToBodyError = (failure, cause) => this.#toError(failure, cause);
    const stream = expandStream(Readable.from(chunks), decoders, toError);
    this.#stream = stream;
    readWithin(stream, this.#request.maxBytes, toError).then(
      (expanded) => {
        this.#settlement.resolve(new ReceivedAnswer(toExpanded(head, decoders), expanded));
        this.#release();
      },
      (error) => this.#fail(error),
    );
  }

  #findDecoders(head: AnswerHead): readonly OpenDecoder[] | undefined {
    if (head.status === partial) return [];
    const decoders = findDecoders(head.rawHeaders);
    if (!decoders) this.#giveUp("unreadable");
    return decoders;
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
    this.abort(this.#toError(failure));
  }

  #inScope<result>(work: () => result): result {
    return this.#scope ? this.#scope.runInAsyncScope(work) : work();
  }

  #toError(failure: TransportFailure, cause?: unknown): TransportError {
    return new TransportError(failure, { sent: this.#sent, status: this.#head?.status, cause });
  }

  #translate(error: unknown): Error {
    const { translate } = this.#request;
    return toReason(translate && error instanceof TransportError ? translate(error) : error);
  }

  #fail(error: unknown): void {
    this.#release();
    const stream = this.#stream;
    if (stream) this.#inScope(() => stream.destroy(this.#translate(error)));
    this.#settlement.reject(error);
  }

  #release(): void {
    this.#bounds.deadlines.unset(this);
    for (const cancellation of this.#request.cancellations) cancellation.delete(this);
  }
}
