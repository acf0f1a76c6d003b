import type { GivenHeaders } from "../../transport/check-headers.ts";
import type { BodyCheckOptions, CallOptions } from "../call-arguments.ts";
import type { BodyOptions, GivenBody } from "../sending/request-body.ts";

/** A member of a type without `undefined`; `never` where there is none, or `?: never`. */
export type Member<type, key extends PropertyKey> = key extends keyof type ? Exclude<type[key], undefined> : never;

/** The media types of JSON. */
export type JsonMedia =
  | "application/json"
  | `application/json;${string}`
  | `${string}+json`
  | `${string}+json;${string}`;

/** The headers that a document may name and a call does not have to give: Behalf, or the call itself, sets them. */
type SetHeader = "accept" | "content-type" | "content-length" | "authorization" | "dpop" | "host";

type HeaderText<value> = value extends undefined
  ? never
  : value extends string | number | boolean
    ? `${value}`
    : string;

/** A number or a boolean is written as the text that it is. */
type TypedHeaders<headers> = {
  readonly [name in keyof headers as Lowercase<name & string> extends SetHeader ? never : name]: HeaderText<
    headers[name]
  >;
};

/** An option that is there if it has a type, and must be given if that has members that must. */
type Option<name extends string, value> = [value] extends [never]
  ? { readonly [key in name]?: never }
  : Record<never, never> extends value
    ? { readonly [key in name]?: value }
    : { readonly [key in name]: value };

type HeaderOption<headers> = [headers] extends [never]
  ? { readonly headers?: GivenHeaders }
  : Option<"headers", TypedHeaders<headers> & Readonly<Record<string, string>>>;

type RawBody = Exclude<BodyOptions, { readonly body?: never }>;

/** The body of each media type of a request; `json` for those of JSON. */
type BodyOf<content> = {
  [media in keyof content]: media extends JsonMedia
    ? { readonly json: content[media]; readonly body?: never; readonly bodySchema?: BodyCheckOptions["bodySchema"] }
    : Omit<RawBody, "body"> & { readonly body: GivenBody; readonly bodySchema?: never };
}[keyof content];

interface NoBody {
  readonly json?: never;
  readonly body?: never;
  readonly bodySchema?: never;
}

type BodyOption<operation> = operation extends { readonly requestBody: object }
  ? BodyOf<Member<operation["requestBody"], "content">>
  : NoBody | BodyOf<Member<Member<operation, "requestBody">, "content">>;

/** What a call of an operation can say: its parameters and its body as the document says, and what any call can. */
export type OperationOptions<operation> = Omit<CallOptions, "query" | "headers"> &
  Option<"params", Member<Member<operation, "parameters">, "path">> &
  Option<"query", Member<Member<operation, "parameters">, "query">> &
  HeaderOption<Member<Member<operation, "parameters">, "header">> &
  BodyOption<operation>;

/** The arguments of a call of an operation behind its path: options, which may be left out where the document requires none. */
export type OperationArguments<operation> =
  Record<never, never> extends OperationOptions<operation>
    ? [options?: OperationOptions<operation>]
    : [options: OperationOptions<operation>];
