import { body, ends, type FaultCase, good, head, refused, sends, unreachable } from "../vocabulary.ts";

const closing = (text: string): string => `${head("connection: close", `content-length: ${text.length}`)}${text}`;

/** What can be wrong with the connection around an answer. */
export const connections: readonly FaultCase[] = [
  { name: "connection: close, closed", script: ends(closing("ok")), expected: body("ok") },
  { name: "connection: close, left open", script: sends(closing("ok")), expected: body("ok") },
  { name: "keep-alive announced, then closed", script: ends(good("ok")), expected: body("ok") },
  { name: "garbage after the answer", script: sends(`${good("ok")}garbage`), expected: body("ok") },
  { name: "garbage soon after the answer", script: soonAfter("garbage"), expected: body("ok") },
  { name: "two answers in one go", script: sends(good("ok") + good("wrong")), expected: body("ok") },
  { name: "an answer that nobody asked for, soon after", script: soonAfter(good("wrong")), expected: body("ok") },
  { name: "a head that nobody asked for, soon after", script: soonAfter("HTTP/1.1 200 OK\r\n"), expected: body("ok") },
  {
    name: "one that is reset soon after",
    script: ({ socket, reset }) => {
      socket.write(good("ok"));
      setTimeout(reset, 2);
    },
    expected: body("ok"),
  },
  {
    name: "closed as the request arrives, once",
    script: (turn) => (turn.round === 0 ? ends() : sends(good("ok")))(turn),
    expected: unreachable,
    used: body("ok"),
    usedRequests: 2,
  },
  {
    name: "reset as the request arrives, once",
    script: (turn) => (turn.round === 0 ? turn.reset() : sends(good("ok"))(turn)),
    expected: unreachable,
    used: body("ok"),
    usedRequests: 2,
  },
  { name: "closed as a POST arrives", method: "POST", script: ends(), expected: unreachable },
  {
    name: "reset as a POST arrives",
    method: "POST",
    script: ({ reset }) => reset(),
    expected: unreachable,
  },
  {
    name: "413 before the body is read, left open",
    method: "POST",
    script: sends("HTTP/1.1 413 Content Too Large\r\ncontent-length: 0\r\n\r\n"),
    expected: refused,
  },
  {
    name: "413 before the body is read, closed",
    method: "POST",
    script: ends("HTTP/1.1 413 Content Too Large\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"),
    expected: refused,
  },
];

function soonAfter(bytes: string): FaultCase["script"] {
  return ({ socket }) => {
    socket.write(good("ok"));
    setTimeout(() => socket.write(bytes), 2);
  };
}
