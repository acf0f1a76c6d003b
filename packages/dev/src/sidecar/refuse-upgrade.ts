import type { Duplex } from "node:stream";
import type { ProblemAnswer } from "behalf";
import type { AnswerHeaders } from "./own-answer.ts";

const longestFarewellMs = 500;

/** Answers on the bare socket of a request that wants another protocol, and ends the connection. */
export function refuseUpgrade(socket: Duplex, { status, headers, body }: ProblemAnswer, set: AnswerHeaders): void {
  const text = JSON.stringify(body);
  const lines = [
    `HTTP/1.1 ${status} ${body.title}`,
    ...[...set, ...Object.entries(headers)].map(([name, value]) => `${name}: ${value}`),
    `content-length: ${Buffer.byteLength(text)}`,
    "connection: close",
  ];
  // Whatever the client has sent already is read, or the answer might be lost with it.
  socket.on("error", () => {}).resume();
  socket.once("end", () => socket.destroy());
  setTimeout(() => socket.destroy(), longestFarewellMs).unref();
  socket.end(`${lines.join("\r\n")}\r\n\r\n${text}`);
}
