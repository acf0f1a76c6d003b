import type { CallHookLists } from "../../config/call-hook-lists.ts";
import type { HookRequest, RequestHook, ResponseHook } from "../../config/call-hooks.ts";
import type { RunWork } from "../../context/context-storage.ts";
import { type Awaitable, whenReady } from "../../outcome/outcome-promise.ts";
import { listHeaders, type ReservedHeaders } from "../../transport/check-headers.ts";
import { toHeaders } from "../../transport/to-response.ts";
import type { WireAnswer } from "../../transport/wire.ts";
import type { PreparedRequest } from "./prepared-request.ts";

/** Who is to be told; `undefined` for nobody. */
export const findHooks = ({ onRequest, onResponse }: CallHookLists): CallHookLists | undefined =>
  onRequest.length + onResponse.length > 0 ? { onRequest, onResponse } : undefined;

/** Hooks that run in the request of their call, however long that has waited. */
export const keepRequest = ({ onRequest, onResponse }: CallHookLists, runHere: RunWork): CallHookLists => ({
  onRequest: onRequest.map((hook) => (request) => runHere(() => hook(request))),
  onResponse: onResponse.map((hook) => (response, request) => runHere(() => hook(response, request))),
});

/** What hooks are told of. */
export interface HookedCall {
  readonly request: PreparedRequest;
  readonly path: string;
  readonly messageId: string | undefined;
  readonly reservedHeaders: ReservedHeaders;
}

type HeaderList = readonly string[];

function toMap(headers: HeaderList): ReadonlyMap<string, string> {
  const map = new Map<string, string>();
  for (let index = 0; index < headers.length; index += 2) {
    const [name = "", value = ""] = headers.slice(index, index + 2);
    const before = map.get(name);
    map.set(name, before === undefined ? value : `${before}, ${value}`);
  }
  return map;
}

function toHookRequest({ request, path, messageId }: HookedCall, headers: HeaderList): HookRequest {
  const { place, method } = request;
  return Object.freeze({ ...place, method, path, messageId, headers: toMap(headers) });
}

/** What is given takes the place of what has the same name. */
function replaceHeaders(headers: HeaderList, given: HeaderList): HeaderList {
  const names = new Set(given.filter((_, index) => index % 2 === 0));
  const kept = headers.filter((_, index) => !names.has(headers[index - (index % 2)] ?? ""));
  return [...kept, ...given];
}

/**
 * Tells the hooks of a request, one after the other; gives the headers that it goes out with. At once, where no hook takes time.
 *
 * @throws {RequestRefusedError} for a header that is Behalf's own
 */
export function runRequestHooks(
  [hook, ...others]: readonly RequestHook[],
  call: HookedCall,
  headers: HeaderList = call.request.headers,
): Awaitable<HeaderList> {
  if (!hook) return headers;
  return whenReady(hook(toHookRequest(call, headers)), (wanted) => {
    if (!wanted) return runRequestHooks(others, call, headers);
    const given = listHeaders(wanted.headers, call.reservedHeaders);
    return runRequestHooks(others, call, replaceHeaders(headers, given));
  });
}

/** Tells the hooks of an answer, one after the other. At once, where no hook takes time. */
export function runResponseHooks(
  hooks: readonly ResponseHook[],
  answer: WireAnswer,
  call: HookedCall,
): Awaitable<WireAnswer> {
  const request = toHookRequest(call, call.request.headers);
  const response = Object.freeze({ status: answer.status, headers: toHeaders(answer.headers) });
  const tell = ([hook, ...others]: readonly ResponseHook[]): Awaitable<WireAnswer> =>
    hook ? whenReady(hook(response, request), () => tell(others)) : answer;
  return tell(hooks);
}
