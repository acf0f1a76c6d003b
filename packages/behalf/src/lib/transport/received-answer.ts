import type { IncomingHttpHeaders } from "node:http";
import type { Readable } from "node:stream";
import { parseRawHeaders } from "./undici.ts";
import type { WireAnswer } from "./wire.ts";

/** The head of an answer, unread. */
export interface AnswerHead {
  readonly status: number;
  /** Names and values in turn. */
  readonly rawHeaders: readonly Buffer[];
  readonly firstByteAt: number | undefined;
  readonly replayed: boolean;
}

const nothing: readonly Buffer[] = [];

/** An answer as it came in. Its headers are read when somebody asks for them: of most answers, nobody does. */
export class ReceivedAnswer implements WireAnswer {
  readonly chunks: readonly Buffer[];
  readonly stream: Readable | undefined;
  readonly #head: AnswerHead;
  #headers: IncomingHttpHeaders | undefined;

  constructor(head: AnswerHead, chunks: readonly Buffer[] = nothing, stream?: Readable) {
    this.#head = head;
    this.chunks = chunks;
    this.stream = stream;
  }

  get status(): number {
    return this.#head.status;
  }

  get firstByteAt(): number | undefined {
    return this.#head.firstByteAt;
  }

  get replayed(): boolean {
    return this.#head.replayed;
  }

  get headers(): IncomingHttpHeaders {
    this.#headers ??= parseRawHeaders(this.#head.rawHeaders);
    return this.#headers;
  }
}
