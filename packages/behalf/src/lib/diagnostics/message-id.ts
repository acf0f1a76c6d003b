const messageIdText = /^[\w.~:/+=@-]{1,128}$/;

/** Whether a message id that came from outside may go into logs and headers. */
export function isMessageId(value: string): boolean {
  return typeof value === "string" && messageIdText.test(value);
}

/** Makes a new message id. */
export function createMessageId(): string {
  return crypto.randomUUID();
}
