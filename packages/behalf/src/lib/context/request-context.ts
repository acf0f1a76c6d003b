import { setMaxListeners } from "node:events";
import { createMessageId, isMessageId } from "../diagnostics/message-id.ts";
import { Timers } from "../diagnostics/timers.ts";
import type { Caller } from "../values/caller.ts";
import type { Cancellation } from "../values/cancellation.ts";
import { findHeader } from "./find-header.ts";
import { HangUp } from "./hang-up.ts";
import type { IncomingRequest } from "./incoming-request.ts";

/** The settings of a context. */
export interface RequestContextOptions {
  /** The header that carries the message id, in lower case. */
  readonly messageIdHeader: string;
  /** The header that says for how long the caller waits, in milliseconds; in lower case. @default none */
  readonly deadlineHeader?: string | undefined;
}

/** Nine digits are eleven days. */
const duration = /^\d{1,9}$/;

/** One request that came in: its message id, its caller, its timers, and whether the caller is still there. */
export class RequestContext {
  // With these it is a scope of its own: its work is done for its caller.
  readonly request: this = this;
  readonly standing = "caller";
  readonly capability: undefined;
  /** When the caller stops waiting, on the monotonic clock; `undefined` where it did not say. */
  readonly endsAt: number | undefined;
  readonly #incoming: IncomingRequest;
  readonly #options: RequestContextOptions;
  #hangUp: HangUp | undefined;
  #messageId: string | undefined;
  #signal: AbortSignal | undefined;
  #timers: Timers | undefined;
  #caller: Caller | undefined;
  #anonymous = false;

  constructor(incoming: IncomingRequest, options: RequestContextOptions) {
    this.#incoming = incoming;
    this.#options = options;
    const received = findHeader(incoming.rawHeaders, options.messageIdHeader);
    if (received !== undefined && isMessageId(received)) this.#useMessageId(received);
    this.endsAt = options.deadlineHeader === undefined ? undefined : this.#readEnd(options.deadlineHeader);
  }

  /** What came in: for those who look at the caller. */
  get incoming(): IncomingRequest {
    return this.#incoming;
  }

  /** The caller, when its token was validated. */
  get caller(): Caller | undefined {
    return this.#caller;
  }

  /** Whether the request was let in without a caller, because its route needs none. */
  get anonymous(): boolean {
    return this.#anonymous;
  }

  /** The timers of this request. */
  get timers(): Timers {
    this.#timers ??= new Timers();
    return this.#timers;
  }

  /** Aborts when the caller hangs up before the answer is finished. Made when first asked for. */
  get signal(): AbortSignal {
    if (this.#signal) return this.#signal;
    const controller = new AbortController();
    // A request may make any number of calls, each of which listens: that is no leak.
    setMaxListeners(0, controller.signal);
    this.hangUp.add(controller);
    this.#signal = controller.signal;
    return this.#signal;
  }

  /** Every value that the request has for a header, in the order in which they came. */
  headerValues(name: string): readonly string[] {
    const values: string[] = [];
    const { rawHeaders } = this.#incoming;
    for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
      const candidate = rawHeaders[index];
      if (candidate?.length === name.length && candidate.toLowerCase() === name)
        values.push(rawHeaders[index + 1] ?? "");
    }
    return values;
  }

  /** The value of a header; `undefined` when it is not there, or not once. */
  headerValue(name: string): string | undefined {
    const values = this.headerValues(name);
    return values.length === 1 ? values[0] : undefined;
  }

  /** The message id, if the request brought one or one was made; `enforce` makes one, once. */
  messageId(options: { readonly enforce: true }): string;
  messageId(options?: { readonly enforce?: boolean }): string | undefined;
  messageId(options: { readonly enforce?: boolean } = {}): string | undefined {
    if (this.#messageId === undefined && options.enforce) this.#useMessageId(createMessageId());
    return this.#messageId;
  }

  /** Notes the caller after its token was validated. */
  accept(caller: Caller): void {
    this.#caller = caller;
  }

  /** Notes that the route needs no caller, and that none came. */
  acceptAnonymous(): void {
    this.#anonymous = true;
  }

  /** Sets a header of the answer to the caller. */
  setResponseHeader(name: string, value: string): void {
    this.#incoming.setResponseHeader(name, value);
  }

  /** Cancels when the caller hangs up before the answer is finished. */
  get hangUp(): Cancellation {
    this.#hangUp ??= new HangUp(this.#incoming);
    return this.#hangUp;
  }

  #readEnd(header: string): number | undefined {
    const leftMs = this.headerValue(header);
    return leftMs !== undefined && duration.test(leftMs) ? performance.now() + Number(leftMs) : undefined;
  }

  #useMessageId(messageId: string): void {
    this.#messageId = messageId;
    this.#incoming.setResponseHeader(this.#options.messageIdHeader, messageId);
  }
}
