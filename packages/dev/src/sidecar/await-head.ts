import type { ClientRequest, IncomingMessage } from "node:http";
import { BackendUnreachableError } from "behalf";

/** What is waited for, and how long. */
export interface HeadWait {
  /** The client's request, whose body may still be coming. */
  readonly request: IncomingMessage;
  /** The name of the service, for errors. */
  readonly service: string;
  readonly timeoutMs: number;
}

/**
 * Gives the head of the API's answer.
 *
 * Time runs while the API is to move: from the last piece of the body that it was given, and not while a client is slow to
 * send the next one.
 *
 * @throws {BackendUnreachableError} when none comes, or not in time
 */
export function awaitHead(outgoing: ClientRequest, wait: HeadWait): Promise<IncomingMessage> {
  const { request, service, timeoutMs } = wait;
  return new Promise((resolve, reject) => {
    let cause: unknown;
    const fail = (code: BackendUnreachableError["code"]): void =>
      reject(new BackendUnreachableError({ code, service, endpoint: "-", cause }));
    const isForClientToMove = (): boolean => !request.complete && outgoing.writableLength === 0;
    const timer = setTimeout(() => {
      if (isForClientToMove()) return void timer.refresh();
      fail("BEHALF_BACKEND_TIMEOUT");
      outgoing.destroy();
    }, timeoutMs);
    const onProgress = (): void => void timer.refresh();
    const stop = (): void => {
      clearTimeout(timer);
      outgoing.off("drain", onProgress).off("finish", onProgress);
    };
    outgoing.on("drain", onProgress).on("finish", onProgress);
    outgoing.on("error", (error) => {
      cause ??= { name: error.name, code: "code" in error ? error.code : undefined };
    });
    outgoing.once("response", (answer) => {
      stop();
      resolve(answer);
    });
    outgoing.once("close", () => {
      stop();
      fail("BEHALF_BACKEND_UNREACHABLE");
    });
  });
}
