import { randomFillSync } from "node:crypto";

const messageIdText = /^[\w.~:/+=@-]{1,128}$/;

/** Whether a message id that came from outside may go into logs and headers. */
export function isMessageId(value: string): boolean {
  return messageIdText.test(value);
}

const idLength = 16;
const pool = Buffer.alloc(256 * idLength);
let taken = pool.length;

/** Makes a new message id: 128 random bits, as 32 hexadecimal digits. */
export function createMessageId(): string {
  if (taken === pool.length) {
    randomFillSync(pool);
    taken = 0;
  }
  taken += idLength;
  return pool.toString("hex", taken - idLength, taken);
}
