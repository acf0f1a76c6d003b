import { Readable } from "node:stream";
import { RequestRefusedError } from "../errors/request-refused-error.ts";
import type { WireBody } from "../transport/wire.ts";

/** What can be given as a body. Text and bytes can be sent again after a 401, streams cannot. */
export type GivenBody = string | Uint8Array | URLSearchParams | Readable | AsyncIterable<Uint8Array | string>;

/** A body: a value that is sent as JSON, or something that is sent as it is. */
export type BodyOptions =
  | { readonly json?: unknown; readonly body?: never }
  | { readonly body?: GivenBody; readonly json?: never };

/** A body as it is sent. */
export interface RequestBody {
  readonly content: WireBody | undefined;
  /** The media type that it has by nature. */
  readonly contentType: string | undefined;
  readonly replayable: boolean;
}

/** No body. */
export const noBody: RequestBody = { content: undefined, contentType: undefined, replayable: true };

function toJson(value: unknown): RequestBody {
  const content = JSON.stringify(value);
  if (content === undefined) throw new RequestRefusedError("body", "json", 'what is given as "json" has no JSON form.');
  return { content, contentType: "application/json", replayable: true };
}

/** Makes the body of a request. */
export function toRequestBody({ json, body }: BodyOptions): RequestBody {
  if (json !== undefined) return toJson(json);
  if (body === undefined) return noBody;
  if (body instanceof URLSearchParams) {
    return {
      content: body.toString(),
      contentType: "application/x-www-form-urlencoded;charset=UTF-8",
      replayable: true,
    };
  }
  if (typeof body === "string") return { content: body, contentType: "text/plain;charset=UTF-8", replayable: true };
  if (body instanceof Uint8Array) return { content: body, contentType: "application/octet-stream", replayable: true };
  const content = body instanceof Readable ? body : Readable.from(body);
  // It may break while the token is fetched, when nobody listens yet: that must not end the process.
  content.on("error", () => {});
  return { content, contentType: "application/octet-stream", replayable: false };
}
