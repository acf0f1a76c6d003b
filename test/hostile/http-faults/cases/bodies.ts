import {
  body,
  drips,
  ends,
  type FaultCase,
  good,
  head,
  resets,
  sends,
  timeout,
  unreachable,
  unreadable,
} from "../vocabulary.ts";

const chunked = head("transfer-encoding: chunked");

/** What can be wrong with the body, and with what tells its length. */
export const bodies: readonly FaultCase[] = [
  {
    name: "shorter than its length, then closed",
    script: ends(head("content-length: 10"), "half"),
    expected: unreachable,
  },
  {
    name: "shorter than its length, then reset",
    script: resets(head("content-length: 10"), "half"),
    expected: unreachable,
  },
  {
    name: "shorter than its length, then silence",
    script: ({ socket }) => {
      socket.write(`${head("content-length: 10")}half`);
      setTimeout(() => socket.destroy(), 1_500);
    },
    expected: timeout,
    streamed: unreachable,
  },
  { name: "longer than its length", script: sends(head("content-length: 2"), "ok and more"), expected: body("ok") },
  {
    name: "a body that drips past the deadline",
    script: drips(head("content-length: 20"), Array(20).fill("x"), 75),
    expected: timeout,
    streamed: body("x".repeat(20)),
  },
  {
    name: "204 with a body",
    script: sends("HTTP/1.1 204 No Content\r\ncontent-length: 2\r\n\r\nok"),
    expected: body("", 204),
  },
  {
    name: "304 with a body",
    script: sends("HTTP/1.1 304 Not Modified\r\ncontent-length: 2\r\n\r\nok"),
    expected: body("", 304),
  },
  { name: "a body to HEAD", method: "HEAD", script: sends(good("ok")), expected: body("") },
  { name: "a chunk size that is no number", script: sends(chunked, "zz\r\nok\r\n"), expected: unreachable },
  {
    name: "a chunk that is longer than it says",
    script: sends(chunked, "1\r\nokay\r\n0\r\n\r\n"),
    expected: unreachable,
  },
  { name: "a chunk size beyond 64 bits", script: sends(chunked, `${"f".repeat(17)}\r\nok`), expected: unreachable },
  { name: "a negative chunk size", script: sends(chunked, "-2\r\nok\r\n0\r\n\r\n"), expected: unreachable },
  { name: "no last chunk, then closed", script: ends(chunked, "2\r\nok\r\n"), expected: unreachable },
  { name: "no last chunk, then reset", script: resets(chunked, "2\r\nok\r\n"), expected: unreachable },
  { name: "half a last chunk, then closed", script: ends(chunked, "2\r\nok\r\n0\r\n"), expected: unreachable },
  { name: "chunks with trailers", script: sends(chunked, "2\r\nok\r\n0\r\nx-a: 1\r\n\r\n"), expected: body("ok") },
  { name: "chunks with extensions", script: sends(chunked, '2;a="b"\r\nok\r\n0\r\n\r\n'), expected: body("ok") },
  {
    name: "content-length twice, alike",
    script: sends(head("content-length: 2", "content-length: 2"), "ok"),
    expected: unreachable,
  },
  {
    name: "content-length twice, unlike",
    script: sends(head("content-length: 2", "content-length: 4"), "okay"),
    expected: unreachable,
  },
  { name: "content-length as a list", script: sends(head("content-length: 2, 2"), "ok"), expected: unreachable },
  {
    name: "both content-length and transfer-encoding",
    script: sends(head("content-length: 2", "transfer-encoding: chunked"), "2\r\nok\r\n0\r\n\r\n"),
    expected: unreachable,
  },
  {
    name: "both transfer-encoding and content-length",
    script: sends(head("transfer-encoding: chunked", "content-length: 2"), "2\r\nok\r\n0\r\n\r\n"),
    expected: unreachable,
  },
  { name: "a negative length", script: sends(head("content-length: -2"), "ok"), expected: unreachable },
  {
    name: "a length beyond 64 bits",
    script: sends(head(`content-length: ${"9".repeat(30)}`), "ok"),
    expected: unreachable,
  },
  { name: "a length that is no number", script: sends(head("content-length: two"), "ok"), expected: unreachable },
  { name: "an empty length", script: sends(head("content-length: "), "ok"), expected: unreachable },
  { name: "a length in hex", script: sends(head("content-length: 0x2"), "ok"), expected: unreachable },
  { name: "a body to the end of the connection", script: ends(head("connection: close"), "ok"), expected: body("ok") },
  {
    name: "a body to the end of the connection, which is reset",
    script: resets(head("connection: close"), "half"),
    expected: unreachable,
  },
  {
    name: "a transfer-encoding that nobody knows",
    script: ends(head("transfer-encoding: chunked, foo"), "ok"),
    expected: unreadable,
  },
];
