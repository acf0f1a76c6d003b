import type { InboundSettings, RequestContext } from "behalf";
import type { AnyBehalf } from "behalf/fastify";
import { onTestFinished } from "vitest";
import { createRecordingLogger, type RecordingLogger } from "./recording-logger.ts";
import type { ScriptedAs } from "./scripted-as.ts";
import { the } from "./the.ts";

/** The settings of the usual API, without its services. */
export interface RootSettings {
  readonly authority: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly inbound: InboundSettings & { readonly audience: string };
  readonly environment: false;
  readonly logger: RecordingLogger;
}

/** The settings of orders-api at this authorization server: to be spread into `createBehalf({ … })`. */
export function toRoot(as: ScriptedAs): RootSettings {
  return {
    authority: as.issuer,
    clientId: the.clientId,
    clientSecret: the.clientSecret,
    inbound: { audience: the.clientId },
    environment: false,
    logger: createRecordingLogger(),
  };
}

/** Closes an instance when the current test ends. */
export function closeAfterTest<behalf extends AnyBehalf>(behalf: behalf): behalf {
  onTestFinished(() => behalf.close());
  return behalf;
}

/** A request that came in, and what its caller sees. */
export interface ReceivedRequest {
  readonly context: RequestContext;
  readonly responseHeaders: ReadonlyMap<string, string>;
  /** Runs the work as part of the request. */
  run<result>(work: () => result): result;
  /** The caller goes away before the answer. */
  hangUp(): void;
}

/** Opens the context of a request without looking at its caller. */
export function openRequest(behalf: AnyBehalf, headers: Readonly<Record<string, string>> = {}): ReceivedRequest {
  const responseHeaders = new Map<string, string>();
  const listeners: (() => void)[] = [];
  const context = behalf.receive({
    rawHeaders: Object.entries(headers).flat(),
    setResponseHeader: (name, value) => void responseHeaders.set(name, value),
    onHangUp: (listener) => void listeners.push(listener),
  });
  return {
    context,
    responseHeaders,
    run: (work) => behalf.context.run(context, work),
    hangUp() {
      for (const listener of listeners) listener();
    },
  };
}

/** Receives a request with this token, whose caller is validated. */
export async function receive(
  behalf: AnyBehalf,
  token: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<ReceivedRequest> {
  const request = openRequest(behalf, { authorization: `Bearer ${token}`, ...headers });
  await behalf.authenticateCaller(request.context);
  return request;
}
