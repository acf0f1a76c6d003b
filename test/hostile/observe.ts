import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { InboundRecord } from "behalf";
import { parseChallenges } from "../../packages/behalf/src/lib/values/challenge.ts";
import { the } from "../support/the.ts";
import type { RawAnswer } from "./send-raw.ts";
import type { Expected } from "./vocabulary.ts";

/** Tells what was published of the latest request, once. */
export interface Listener {
  take(): InboundRecord | undefined;
  stop(): void;
}

export function listenInbound(): Listener {
  let latest: InboundRecord | undefined;
  const keep = (record: unknown): void => {
    latest = record as InboundRecord;
  };
  subscribe("behalf:inbound", keep);
  return {
    take() {
      const taken = latest;
      latest = undefined;
      return taken;
    },
    stop: () => void unsubscribe("behalf:inbound", keep),
  };
}

/** The error codes of all challenges: one, where they agree. */
function readErrors({ challenges }: RawAnswer): string | null | undefined {
  const found = challenges
    .flatMap((header) => parseChallenges(header))
    .map(({ parameters }) => parameters.get("error") ?? null);
  const [first, ...others] = new Set(found);
  return others.length > 0 ? `${found.join(" and ")}` : first;
}

/** What an answer and its record say, in the words of the corpus. */
export function toObserved(answer: RawAnswer, record: InboundRecord | undefined): Record<keyof Expected, unknown> {
  return {
    status: answer.status,
    error: readErrors(answer),
    reason: record?.reason,
    code: record?.code,
  };
}

/** Names what an answer gives away that is nobody's to know. */
export function findLeaks({ text }: RawAnswer, token: string, secrets: readonly string[]): readonly string[] {
  const parts = token.split(".").filter((part) => part.length >= 16);
  const given = [...parts, ...secrets, the.clientSecret].filter((secret) => text.includes(secret));
  const stack = /\n\s+at |node_modules|\.[cm]?[jt]s:\d+/.test(text) ? ["a stack trace"] : [];
  const message = /caller|jose|JWS|JWT|token is|Error:/.test(text.slice(text.indexOf("\r\n\r\n")))
    ? ["an error's message"]
    : [];
  return [...given.map((secret) => `${secret.slice(0, 24)}…`), ...stack, ...message];
}
