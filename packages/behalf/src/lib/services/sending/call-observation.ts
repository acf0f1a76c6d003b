import type { Diagnostics } from "../../diagnostics/diagnostics.ts";
import type { CallRecord } from "../../diagnostics/records.ts";
import { toErrorName } from "../../errors/to-error-name.ts";
import { HeldToken } from "../../tokens/token-entry.ts";
import type { WireAnswer } from "../../transport/wire.ts";
import type { ActorToken } from "../../values/actor-token.ts";
import type { Now } from "../../values/clock.ts";
import type { Place } from "../place.ts";

/** What is known of a call before it starts. */
export interface ObservedCall {
  readonly place: Place;
  readonly method: string;
  readonly grant: string;
  readonly messageId: string | undefined;
}

/** Notes how one call goes, for its record. */
export class CallObservation {
  readonly #startedAt: number;
  #tokenAt: number | undefined;
  #token: ActorToken | undefined;
  #firstByteAt: number | undefined;
  #status: number | undefined;
  #attempts = 0;
  #url = "";
  #resentAfter: CallRecord["resentAfter"];
  readonly #now: Now;

  constructor(now: Now, startedAt: number = performance.now()) {
    this.#now = now;
    this.#startedAt = startedAt;
  }

  /** Notes that the call did not wait for its token. */
  tokenAtHand(): void {
    this.#tokenAt = this.#startedAt;
  }

  /** Notes that the token is there for which the call has waited. */
  tokenObtained(): void {
    this.#tokenAt = performance.now();
  }

  /** The URL that answered. */
  get url(): string {
    return this.#url;
  }

  /** Notes that the request goes out, with which token; gives when, on the monotonic clock. */
  sent(token: ActorToken | undefined): number {
    const at = this.#attempts === 0 && this.#tokenAt !== undefined ? this.#tokenAt : performance.now();
    this.#tokenAt ??= at;
    this.#token = token;
    this.#attempts += 1;
    return at;
  }

  /** For how long it has had its token, in milliseconds. */
  sinceTokenMs(): number {
    return performance.now() - (this.#tokenAt ?? this.#startedAt);
  }

  /** Notes why the request is sent again; the first reason is the one that is told. */
  resending(reason: NonNullable<CallRecord["resentAfter"]>): void {
    this.#resentAfter ??= reason;
  }

  /** Notes the answer that is given on, and the URL that gave it. */
  answered({ status, firstByteAt, replayed }: WireAnswer, url: string): void {
    this.#url = url;
    this.#status = status;
    this.#firstByteAt = firstByteAt;
    if (!replayed) return;
    this.#attempts += 1;
    this.resending("connection");
  }

  /** Publishes the record, if anybody listens. */
  publish(diagnostics: Diagnostics, call: ObservedCall, error?: unknown): void {
    diagnostics.publish("behalf:call", (instance) => this.#toRecord(instance, call, error), error !== undefined);
  }

  #toRecord(instance: string, call: ObservedCall, error: unknown): CallRecord {
    const endedAt = performance.now();
    const now = this.#now();
    const held = this.#token instanceof HeldToken ? this.#token : undefined;
    return {
      instance,
      service: call.place.service,
      endpoint: call.place.endpoint,
      method: call.method,
      status: this.#status,
      error: toErrorName(error),
      attempts: this.#attempts,
      resentAfter: this.#resentAfter,
      grant: held?.entry.grant ?? call.grant,
      tokenSource: held?.source,
      tokenAgeMs: held && now - held.entry.fetchedAt,
      tokenRemainingMs: held && held.entry.expiresAt - now,
      tokenKey: held?.entry.key.slice(0, 8),
      tokenMs: (this.#tokenAt ?? endedAt) - this.#startedAt,
      firstByteMs: this.#firstByteAt && this.#firstByteAt - (this.#tokenAt ?? this.#startedAt),
      durationMs: endedAt - this.#startedAt,
      messageId: call.messageId,
    };
  }
}
