import { setTimeout as sleep } from "node:timers/promises";
import { type Answer, json, readMembers } from "./answer.ts";
import type { Claims } from "./claims.ts";
import { type RefusalFaults, refusalFaults } from "./refusal-fault.ts";
import { type SignedFaults, signedFaults } from "./signed-fault.ts";
import { type TokenFaults, tokenFaults } from "./token-fault.ts";
import { type Fault, unjudged } from "./unjudged.ts";

/** How an OAuth error is sent, where it differs from the usual. */
export interface ErrorMembers {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Members beside `error`, like `error_description` or a marker. */
  readonly members?: Claims;
}

/** Every way in which the server can misbehave. */
export interface Faults extends RefusalFaults, TokenFaults, SignedFaults {
  /** Answers late, by real time: as usual, or with another fault. */
  delay(ms: number, then?: Fault): Fault;
  /** Never answers, though the server did what was asked. */
  hang(): Fault;
  /** Sends the headers and half of the body, then nothing more. */
  stall(): Fault;
  /** Reads the request and does what was asked, but cuts the connection before any byte of the answer. */
  drop(): Fault;
  /** Like `drop`, but the connection is closed politely instead of being reset. */
  close(): Fault;
  /** Answers with a status, and nothing of the usual answer. */
  status(status: number, headers?: Readonly<Record<string, string>>, body?: string): Fault;
  /** Answers with an OAuth error: `invalid_client` with 401, any other with 400 unless told. */
  oauthError(error: string, members?: ErrorMembers): Fault;
  /** A success whose body has no byte. */
  emptyBody(): Fault;
  /** The page of a proxy or a login form in the place of the answer. @default 200 */
  html(status?: number): Fault;
  /** JSON that ends in the middle. */
  malformedJson(): Fault;
  /** The usual body under another content type. */
  contentType(value: string): Fault;
  /** The usual document with members changed or added; a member that is `undefined` is left out. */
  change(members: Claims): Fault;
  /** The usual document, grown to `bytes` by a member that nobody asked for. @default 2 MiB */
  hugeBody(bytes?: number): Fault;
  /** Faults one after the other, each seeing what the one before it made: `change` upon `change`. */
  all(...faults: readonly Fault[]): Fault;
}

const mebibyte = 1024 * 1024;
const asUsual: Fault = (usual) => usual;

const change = (members: Claims): Fault => {
  return (usual) => ({ ...usual, body: JSON.stringify({ ...readMembers(usual), ...members }) });
};

function delay(ms: number, then: Fault = asUsual): Fault {
  const late: Fault = async (usual, request, tools) => {
    // A server that closes waits for nobody.
    await sleep(ms, undefined, { signal: tools.closing }).catch(() => {});
    return then(usual, request, tools);
  };
  return Object.assign(late, { unjudged: then.unjudged ?? false });
}

function all(...faults: readonly Fault[]): Fault {
  const each: Fault = async (usual, request, tools) => {
    let answer: Answer = usual;
    for (const next of faults) {
      if (answer.kind !== "send") return answer;
      answer = await next(answer, request, tools);
    }
    return answer;
  };
  return Object.assign(each, { unjudged: faults[0]?.unjudged ?? false });
}

/**
 * Every way in which the server can misbehave, to be given to `as.faults`.
 *
 * @example as.faults.next("token", fault.status(503), fault.delay(200));
 */
export const fault: Faults = {
  ...refusalFaults,
  ...tokenFaults,
  ...signedFaults,
  delay,
  hang: () => () => ({ kind: "hang" }),
  stall: () => (usual) => ({ ...usual, kind: "stall" }),
  drop: () => () => ({ kind: "drop" }),
  close: () => () => ({ kind: "close" }),
  status: (status, headers = {}, body = "") => unjudged({ kind: "send", status, headers, body }),
  oauthError(error, { status, headers, members } = {}) {
    const usualStatus = error === "invalid_client" ? 401 : 400;
    return unjudged(json({ error, ...members }, status ?? usualStatus, headers));
  },
  emptyBody: () => (usual) => ({ ...usual, body: "" }),
  html(status = 200) {
    const body = "<!doctype html><title>Sign in</title><form></form>";
    return unjudged({ kind: "send", status, headers: { "content-type": "text/html; charset=utf-8" }, body });
  },
  malformedJson: () => (usual) => ({ ...usual, body: usual.body.slice(0, -2) }),
  contentType: (value) => (usual) => ({ ...usual, headers: { ...usual.headers, "content-type": value } }),
  change,
  hugeBody: (bytes = 2 * mebibyte) => change({ padding: "x".repeat(bytes) }),
  all,
};
