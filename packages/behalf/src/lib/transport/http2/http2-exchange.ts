import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  constants,
  type IncomingHttpHeaders,
  type IncomingHttpStatusHeader,
} from "node:http2";
import { Readable } from "node:stream";
import type { Dispatcher } from "undici";
import type { PooledHandler } from "../connection-pool.ts";
import { toRawHeaders, toRequestFields } from "./http2-headers.ts";

/** A request that is to be sent. */
export interface PendingRequest {
  readonly options: Dispatcher.DispatchOptions;
  readonly handler: PooledHandler;
  /** How often a server has not even looked at it. */
  readonly refusals: number;
}

/** The connection that an exchange goes over. */
export interface ExchangeHost {
  readonly origin: URL;
  readonly session: ClientHttp2Session;
  /** Whether an answer has come over it. */
  readonly answered: boolean;
  noteAnswer(): void;
  /** Is told when a request was given up before its answer began: nobody may be there any more. */
  noteSilence(): void;
  /** Is told of the end, and whether the server did not even look at the request. */
  noteEnd(refused: PendingRequest | undefined): void;
}

const mostRefusals = 2;

const toError = (message: string, code: string): Error => Object.assign(new Error(`HTTP/2: ${message}`), { code });

/**
 * Tells whether a body came to its end. Node ends one that the server cut off like any other; but by then, the stream is closed.
 */
function watchEnd(stream: ClientHttp2Stream): () => boolean {
  const push = stream.push.bind(stream);
  let whole: boolean | undefined;
  stream.push = (chunk, encoding) => {
    if (chunk === null) whole ??= !stream.closed;
    return push(chunk, encoding);
  };
  return () => whole === true;
}

const toLength = (body: unknown): number | undefined => {
  if (typeof body === "string") return Buffer.byteLength(body);
  return body instanceof Uint8Array ? body.byteLength : undefined;
};

/** One request and its answer, over one stream of a connection. */
export class Http2Exchange {
  readonly #host: ExchangeHost;
  readonly #request: PendingRequest;
  #stream: ClientHttp2Stream | undefined;
  #isWhole: () => boolean = () => false;
  #begun = false;
  #ended = false;

  constructor(host: ExchangeHost, request: PendingRequest) {
    this.#host = host;
    this.#request = request;
  }

  start(): void {
    const { options, handler } = this.#request;
    handler.onConnect?.((reason) => this.#abort(reason));
    if (this.#ended) return;
    try {
      this.#open(options);
    } catch (error) {
      this.#fail(error instanceof Error ? error : toError("the request cannot be sent.", "ERR_HTTP2_REQUEST"));
    }
  }

  #open({ method, path, headers, body, bodyTimeout }: Dispatcher.DispatchOptions): void {
    const { origin, session } = this.#host;
    // It is made by our own transport, and flat.
    const given = (Array.isArray(headers) ? headers : []) as readonly string[];
    const head = { method, path, headers: given, contentLength: toLength(body) };
    const hasBody = body instanceof Readable || (head.contentLength ?? 0) > 0;
    const stream = session.request(toRequestFields(origin, head), { endStream: !hasBody });
    this.#stream = stream;
    this.#isWhole = watchEnd(stream);
    let cause: Error | undefined;
    stream.on("response", (fields) => this.#begin(stream, fields));
    stream.on("error", (error) => {
      cause = error;
    });
    stream.on("end", () => this.#complete());
    stream.on("close", () => this.#close(stream, cause));
    if (bodyTimeout) this.#watch(stream, bodyTimeout);
    if (hasBody) this.#write(stream, body);
  }

  #write(stream: ClientHttp2Stream, body: unknown): void {
    if (!(body instanceof Readable)) {
      stream.end(body);
      return;
    }
    const closed = (): void => {
      if (!body.readableEnded)
        this.#abort(body.errored ?? toError("the body was closed before its end.", "ERR_STREAM_PREMATURE_CLOSE"));
    };
    // It may have broken while the request waited for a connection, or before.
    if (body.destroyed) closed();
    body.once("error", (error) => this.#abort(error));
    body.once("close", closed);
    stream.once("close", () => body.destroy());
    body.pipe(stream);
  }

  #begin(stream: ClientHttp2Stream, fields: IncomingHttpHeaders & IncomingHttpStatusHeader): void {
    const { handler } = this.#request;
    if (this.#ended) return;
    this.#begun = true;
    this.#host.noteAnswer();
    handler.onResponseStarted?.();
    const resume = (): void => {
      stream.resume();
    };
    stream.on("data", (chunk: Buffer) => {
      if (!this.#ended && handler.onData?.(chunk) === false) stream.pause();
    });
    if (handler.onHeaders?.(fields[":status"] ?? 0, toRawHeaders(fields), resume, "") === false) stream.pause();
  }

  #complete(): void {
    if (this.#ended || !this.#begun || !this.#isWhole()) return;
    this.#ended = true;
    // The server may answer before it has read the body, and then wants no more of it.
    if (this.#stream?.writableFinished === false) this.#stream.close(constants.NGHTTP2_CANCEL);
    this.#host.noteEnd(undefined);
    this.#request.handler.onComplete?.(null);
  }

  #close(stream: ClientHttp2Stream, cause: Error | undefined): void {
    if (this.#ended) return;
    if (this.#begun && this.#isWhole()) this.#complete();
    else if (this.#wasRefused(stream)) this.#refuse();
    else if (this.#host.session.destroyed) {
      const code = this.#host.answered ? "UND_ERR_SOCKET" : "ECONNRESET";
      this.#fail(Object.assign(toError("the connection was closed.", code), { cause }));
    } else this.#fail(Object.assign(toError("the stream was closed.", "ERR_HTTP2_STREAM_ERROR"), { cause }));
  }

  /** Nothing was done with the request, so it may be sent again, whatever it is (RFC 9113 section 8.7). */
  #wasRefused({ rstCode }: ClientHttp2Stream): boolean {
    const { options, refusals } = this.#request;
    if (this.#begun || rstCode !== constants.NGHTTP2_REFUSED_STREAM) return false;
    return refusals < mostRefusals && !(options.body instanceof Readable);
  }

  #refuse(): void {
    this.#ended = true;
    this.#host.noteEnd({ ...this.#request, refusals: this.#request.refusals + 1 });
  }

  /** While it is not read, it may stand still. Node tells once, and not before something has moved again. */
  #watch(stream: ClientHttp2Stream, idleMs: number): void {
    stream.setTimeout(idleMs, () => {
      if (stream.isPaused()) this.#watch(stream, idleMs);
      else this.#abort(toError("the body stood still.", "UND_ERR_BODY_TIMEOUT"));
    });
  }

  #abort(reason: Error | undefined): void {
    if (this.#ended) return;
    if (!this.#begun && this.#stream) this.#host.noteSilence();
    this.#fail(reason ?? toError("the request was given up.", "UND_ERR_ABORTED"));
  }

  #fail(error: Error): void {
    this.#ended = true;
    if (this.#stream && !this.#stream.destroyed) {
      this.#stream.close(constants.NGHTTP2_CANCEL);
      this.#stream.destroy();
    }
    this.#host.noteEnd(undefined);
    this.#request.handler.onError?.(error);
  }
}
