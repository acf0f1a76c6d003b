import type { Socket } from "node:net";

/** The errors that ended connections over which something had come before, since they were opened. */
const endsOfUsed = new WeakSet<Error>();

const closedCodes = new Set(["UND_ERR_SOCKET", "ECONNRESET", "EPIPE"]);

let breaking = false;

const endBreaking = (): void => {
  breaking = false;
};

/**
 * Gives on a connection, and notes on the error that ends it whether anything had come over it. Undici gives that very error to
 * the request that was under way. It takes two listeners for each connection, and nothing for a request.
 */
export function giveWatched(socket: Socket, give: () => void): void {
  // Over a tunnel, the proxy's own answer came before.
  const openedAt = socket.bytesRead;
  socket.on("error", (error) => {
    if (socket.bytesRead > openedAt) endsOfUsed.add(error);
    breaking = true;
    // Should a listener throw, the last one does not come.
    setImmediate(endBreaking);
  });
  give();
  // The listeners of undici are between the two.
  socket.on("error", endBreaking);
}

/**
 * Whether a connection is being told of its error right now: an answer that ends with it is cut off. Undici takes a reset for the
 * end of a body that has no length, against RFC 9112 section 8.
 */
export const isBreaking = (): boolean => breaking;

/**
 * Whether this error of a request, of whose answer nothing had come, means that its connection was closed after it had been used
 * before.
 *
 * Over HTTP/2 requests share a connection, and get errors of their own, which tell the same by their code.
 */
export function closedAfterUse(error: Error): boolean {
  const code = "code" in error ? String(error.code) : "";
  if (endsOfUsed.has(error)) return closedCodes.has(code);
  return code === "UND_ERR_SOCKET" && error.message.startsWith("HTTP/2: ");
}
