import type { OutcomePromise } from "../../outcome/outcome-promise.ts";
import type { StandardSchema } from "../answers/standard-schema.ts";
import type { StatusAnswer } from "../answers/status-answer.ts";
import type { Call } from "../call.ts";
import type { JsonMedia, Member } from "./openapi-request.ts";

/** The registered statuses of final answers, by the ranges that a document can name (RFC 9110 section 16.2.1). */
interface StatusRanges {
  readonly "2XX": 200 | 201 | 202 | 203 | 204 | 205 | 206 | 207 | 208 | 226;
  readonly "3XX": 300 | 301 | 302 | 303 | 304 | 305 | 307 | 308;
  readonly "4XX":
    | (400 | 401 | 402 | 403 | 404 | 405 | 406 | 407 | 408 | 409 | 410 | 411 | 412 | 413 | 414 | 415 | 416 | 417)
    | (421 | 422 | 423 | 424 | 425 | 426 | 428 | 429 | 431 | 451);
  readonly "5XX": 500 | 501 | 502 | 503 | 504 | 505 | 506 | 507 | 508 | 511;
}

type ToStatus<key> = key extends number
  ? key
  : key extends keyof StatusRanges
    ? StatusRanges[key]
    : key extends "default"
      ? StatusRanges[keyof StatusRanges]
      : key extends `${infer status extends number}`
        ? status
        : never;

type Responses<operation> = Member<operation, "responses">;

/** The statuses that the document has an answer for: with `default`, every registered one. */
export type DocumentedStatus<operation> = ToStatus<keyof Responses<operation>>;

type RangeOf<status extends number> = `${status}` extends `${infer digit}${string}` ? `${digit}XX` : never;

type ResponseOf<responses, status extends number> = status extends keyof responses
  ? responses[status]
  : `${status}` extends keyof responses
    ? responses[`${status}`]
    : RangeOf<status> extends keyof responses
      ? responses[RangeOf<status>]
      : Member<responses, "default">;

type MediaBody<media, body> = media extends JsonMedia
  ? body
  : media extends `text/${string}`
    ? string
    : media extends `${string}*${string}`
      ? unknown
      : Uint8Array;

type BodyOf<content> = [content] extends [never]
  ? undefined
  : { [media in keyof content]: MediaBody<media, content[media]> }[keyof content];

/** The answer of an operation with one of these statuses, its body as the document says. */
export type AnswerOf<operation, status extends number> = status extends number
  ? StatusAnswer<status, BodyOf<Member<ResponseOf<Responses<operation>, status>, "content">>>
  : never;

type JsonOf<content> = { [media in keyof content]: media extends JsonMedia ? content[media] : never }[keyof content];

type SuccessKey<responses> = {
  [key in keyof responses]: `${key & (string | number)}` extends `2${string}` ? key : never;
}[keyof responses];

type SuccessJson<responses> = [SuccessKey<responses>] extends [never]
  ? JsonOf<Member<Member<responses, "default">, "content">>
  : { [key in SuccessKey<responses>]: JsonOf<Member<responses[key], "content">> }[SuccessKey<responses>];

type OrUnknown<body> = [body] extends [never] ? unknown : body;

/** A call of an operation of an OpenAPI document. */
export interface OpenApiCall<operation> extends Omit<Call, "json" | "answer"> {
  /** The body as JSON, typed as the document says, which is not checked; with a schema, checked and typed by it. */
  json(): OutcomePromise<OrUnknown<SuccessJson<Responses<operation>>>>;
  json<output>(schema: StandardSchema<output>): OutcomePromise<output>;
  /**
   * The answer, if it has one of these statuses, typed by them as the document says, which is not checked: an error status
   * among them is no error. Any other is the error that it always is.
   */
  answer<status extends DocumentedStatus<operation>>(
    ...statuses: readonly [status, ...status[]]
  ): OutcomePromise<AnswerOf<operation, status>>;
}
