import { type Behalf, CallerTokenError } from "behalf";
import { createGatewayBehalf } from "../gateway/rows/create-gateway-behalf.ts";
import type { Site } from "../site/site.ts";
import { keepBytes, listHeaders, toIncoming } from "./received.ts";

/** Receives requests of callers whose tokens were validated before. */
export interface Receiver {
  /** Makes the headers of the next caller's request, and no more: what is to be subtracted. */
  makeHeaders(index: number): string[];
  /** Receives the next caller's request and knows the caller. */
  receive(index: number): void;
  close(): Promise<void>;
}

async function checkRefusal(
  behalf: Pick<Behalf, "receive" | "authenticateCaller">,
  headers: readonly string[],
): Promise<void> {
  try {
    await behalf.authenticateCaller(behalf.receive(toIncoming(headers)));
  } catch (error) {
    if (error instanceof CallerTokenError) return;
    throw error;
  }
  throw new Error("A bad token is not refused.");
}

/** Opens Behalf, makes sure that it refuses a bad token, and has it validate each caller's token once. */
export async function openReceiver(site: Site, tokens: readonly string[]): Promise<Receiver> {
  const { behalf } = createGatewayBehalf(site);
  const requests = tokens.map((token) => keepBytes(listHeaders(token)));
  const makeHeaders = (index: number): string[] => requests[index % requests.length]?.() ?? [];
  for (let index = 0; index < tokens.length; index += 1)
    await behalf.authenticateCaller(behalf.receive(toIncoming(makeHeaders(index))));
  await checkRefusal(behalf, listHeaders(`${tokens[0]}A`));
  return {
    makeHeaders,
    receive(index) {
      const caller = behalf.authenticateCaller(behalf.receive(toIncoming(makeHeaders(index))));
      if (caller === undefined || caller instanceof Promise) throw new Error("The caller is not known.");
    },
    close: () => behalf.close(),
  };
}
