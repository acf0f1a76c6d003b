import type { IncomingMessage } from "node:http";

const proxyHeader = /^(forwarded|via|x-real-ip|x-forwarded-.*)$/;
const loopback = /^(::ffff:)?127\.|^::1$/;

/** Whether a request comes from this machine, and through no proxy that says so. */
export function isLocal({ socket, headers }: IncomingMessage): boolean {
  const ends = [socket.localAddress, socket.remoteAddress];
  const names = Object.keys(headers);
  return ends.every((end) => end !== undefined && loopback.test(end)) && !names.some((name) => proxyHeader.test(name));
}
